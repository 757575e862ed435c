import * as z from 'zod';
import { findingIds, findingsOf, type Finding, type FindingLimits } from '../../../fleet/findings/findings';
import { foldNames } from '../../../fleet/targets/fold';
import { defineCommand, type Style } from '../../framework/command';
import { option, text, wholeNumber } from '../../framework/fields';
import { coloured } from '../../output/table';
import { wrapText } from '../../output/wrap';
import { condition } from './condition-option';
import { namesMeant, secondsNow, withInventory } from './with-inventory';

/** A finding as documents carry it. */
export const findingData = z.object({
  id: z.enum(findingIds),
  title: z.string(),
  bad: z.boolean(),
  reason: z.string(),
  remedy: z.string(),
  machines: z.array(z.string()),
});

/** Names of KMS hosts with commas, in lower case. */
const kmsHosts = option.transform((value, context) => {
  const hosts = value.split(',').map((host) => host.trim().toLowerCase());
  const wrong = hosts.find((host) => host === '' || /\s/.test(host));
  if (wrong !== undefined)
    context.addIssue(wrong === '' ? 'a name is missing: kms01,kms02' : `"${wrong}" is no name: kms01,kms02`);
  return hosts;
});

/** Options by which findings are judged. */
export const limitOptions = {
  'expiring-days': wholeNumber(1, 3650).default(30),
  'not-seen-days': wholeNumber(1, 3650).default(30),
  'kms-hosts': kmsHosts.optional(),
};

/** The limits that the options of a line say. */
export function limitsOf(
  input: {
    readonly 'expiring-days': number;
    readonly 'not-seen-days': number;
    readonly 'kms-hosts'?: readonly string[] | undefined;
  },
  now: number,
): FindingLimits {
  return {
    now,
    expiringDays: input['expiring-days'],
    notSeenDays: input['not-seen-days'],
    kmsHosts: input['kms-hosts'] ?? null,
  };
}

/** slmgr fleet findings */
export const fleetFindings = defineCommand({
  name: 'fleet findings',
  summary: 'What has to be looked at, with machines, reason and remedy',
  description: `Judges what the inventory knows; connects to nobody. The kinds are ${findingIds.join(', ')}.`,
  positionals: [
    { name: 'expression', summary: 'Machines of the inventory; all if none is named', optional: true },
  ],
  options: ['where', 'expiring-days', 'not-seen-days', 'kms-hosts', 'store'],
  examples: [
    { line: 'slmgr fleet findings', does: 'all of them, the worst first' },
    { line: 'slmgr fleet findings --kms-hosts kms01,kms02', does: 'with the KMS hosts that clients may use' },
  ],
  data: z.object({ findings: z.array(findingData) }),
  input: z.object({
    expression: text.optional(),
    where: condition.optional(),
    ...limitOptions,
    store: option.optional(),
  }),
  run: async (input, context) => {
    const now = secondsNow(context);
    const machines = await withInventory(context, async (inventory) =>
      inventory.machines({
        names: await namesMeant(input.expression, inventory),
        where: input.where === undefined ? undefined : { condition: input.where, now },
      }),
    );
    const findings = findingsOf(machines, limitsOf(input, now));
    return {
      data: { findings: findings.map(findingDataOf) },
      text: (style) =>
        findings.length === 0
          ? `Nothing was found: ${machines.length} machines.\n`
          : findings.map((finding) => findingText(finding, style)).join('\n'),
    };
  },
});

/** A finding's data. */
export function findingDataOf({ isBad, ...finding }: Finding): z.infer<typeof findingData> {
  return { ...finding, bad: isBad, machines: [...finding.machines] };
}

function findingText({ title, isBad, reason, remedy, machines }: Finding, style: Style): string {
  const head = coloured(`${title} (${machines.length})`, isBad ? 'bad' : 'warning', style);
  const lines = [reason, remedy, foldNames(machines)].map((line) => `  ${line}`);
  return [head, ...lines]
    .map((line) => `${style.terminal ? wrapText(line, style.width, 2) : line}\n`)
    .join('');
}
