import * as z from 'zod';
import type { Counts, MachineResult } from '../../fleet/runs/outcome';
import { formatHresult, parseHresult } from '../../licensing/hresult';
import { isLicensingError, type ProviderDescription } from '../../licensing/provider';
import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import { publishFile } from '../../transports/local/durable-file';
import { systemReason } from '../../transports/local/system-reason';
import { isRemoteFailure } from '../../remote/remote-failure';
import {
  judgeMachine,
  unreachedMachine,
  withNamesOfTheirOwn,
  type CheckedMachine,
} from '../../render/check/judge';
import { contradictionIn, parseDayRule, type DayLimits } from '../../render/check/limits';
import { prometheusText } from '../../render/check/prometheus';
import { checkStates, worstState } from '../../render/check/state';
import { checkmkLine, nagiosLine } from '../../render/check/text';
import { readLicenses } from '../../verbs/check';
import { defineCommand, UsageError, type CommandContext } from '../framework/command';
import { oneOf, option, text, wholeNumber } from '../framework/fields';
import { Refusal } from '../refusal';
import type { OptionValues } from '../argv/option-values';
import { commandRunOptions } from '../runs/own-options';
import { machineResult, runCounts } from '../schemas/run';
import { openTarget, rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';
import { isoOrNull } from './lab/fields';
import { manyMeant } from './many-meant';

const state = z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']);
const formats = ['nagios', 'checkmk', 'prometheus'] as const;

const checkedProduct = z.object({
  machine: z.string(),
  name: z.string(),
  activationId: z.string().nullable().describe('Null for a subscription'),
  state,
  licenseStatus: z.object({ code: z.int(), name: z.string() }),
  daysRemaining: z.int().nullable().describe('Begun days; null where nothing runs out'),
  expiresAt: z.string().nullable(),
  warnDays: z.int(),
  critDays: z.int(),
});

const checkedMachine = z.object({
  machine: z.string(),
  kind: z
    .string()
    .nullable()
    .describe('Which kind of machine answered: simulated, snapshot or windows; null: none did'),
  state,
  problem: z
    .object({ message: z.string(), hresult: z.string().nullable() })
    .nullable()
    .describe('Why it could not be asked'),
});

const dayRules = z
  .preprocess(
    (value) => (value === undefined ? [] : [value].flat()),
    z.array(z.string('a number is missing')),
  )
  .transform((rules, context) =>
    rules.flatMap((rule) => {
      try {
        return [parseDayRule(rule)];
      } catch (error) {
        context.addIssue(error instanceof Error ? error.message : String(error));
        return [];
      }
    }),
  );

/** slmgr check [TARGET...] */
export const check = defineCommand({
  name: 'check',
  summary: 'Say whether machines are licensed, as monitoring systems want it',
  description:
    'Prints one line for each machine in the form of a Nagios plugin and ends with 0 (good), 1 (warning), 2 (critical) or ' +
    '3 (unknown, and wrong words); the worst machine decides, in the order critical, warning, unknown, good. A ' +
    'product in a grace period is a warning; an unlicensed one, one in notification mode and a machine without a key are ' +
    'critical, and so is a licensed one with fewer than --crit-days days left. Both options may stand again with ' +
    'PATTERN=DAYS for products whose name fits (* and ?).',
  positionals: [
    {
      name: 'machines',
      summary: 'Machines; the local one if none is named',
      optional: true,
      many: true,
      holds: 'machine',
    },
  ],
  options: [
    'warn-days',
    'crit-days',
    'format',
    'out',
    'snapshot',
    ...commandRunOptions,
    ...remoteOptionNames,
  ],
  examples: [
    { line: 'slmgr check PC-001', does: 'LICENSE OK - PC-001: ...' },
    { line: 'slmgr check PC-001 PC-002 --warn-days 60 --crit-days 14', does: 'several; warn earlier' },
    { line: "slmgr check 'PC-[001-050],@servers'", does: 'all that an expression means' },
    { line: "slmgr check PC-001 --warn-days 'Office*=60'", does: 'warn earlier of Office alone' },
    {
      line: 'slmgr check PC-001 PC-002 --format prometheus --out slmgr.prom',
      does: "for node_exporter's textfile collector",
    },
    { line: 'slmgr check --snapshot pc.json --json', does: 'of a recorded machine, as JSON' },
  ],
  usageStatus: checkStates.UNKNOWN,
  data: z.object({
    state,
    machines: z.array(checkedMachine),
    products: z.array(checkedProduct),
    run: z.string().optional().describe('Where an expression names the machines: the run'),
    counts: runCounts.optional(),
    results: z.array(machineResult).optional(),
  }),
  input: z.object({
    machines: z.array(text).default([]),
    'warn-days': dayRules,
    'crit-days': dayRules,
    format: oneOf(...formats).default('nagios'),
    out: option.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    retries: wholeNumber(0, 20).optional(),
  }),
  run: async ({ machines: typed, 'warn-days': warn, 'crit-days': critical, format, out }, context) => {
    const contradiction = contradictionIn({ warn, critical });
    if (contradiction !== null) throw new UsageError(contradiction);
    const now = context.console.now();
    const { results, many } = await resultsOf(typed, { warn, critical }, context);
    const machines = withNamesOfTheirOwn(results.map(({ checked }) => checked));
    const whole = wholeText(machines, format, now);
    if (out !== undefined) write(out, whole);
    const worst = worstState(machines.map((machine) => machine.state));
    const [only, ...others] = results;
    const single = others.length === 0 ? only : undefined;
    return {
      data: {
        state: worst,
        machines: results.map(machineData),
        products: machines.flatMap(productsData),
        ...many?.data,
      },
      text: () => (out === undefined ? whole : ''),
      exitCode: many?.interrupted ?? checkStates[worst],
      messages: machines.map(nagiosLine),
      warnings: results.flatMap(({ advice }) => advice),
      hresult: single?.checked.problem?.hresult ?? null,
      target: single?.target ?? null,
    };
  },
});

function wholeText(
  machines: readonly CheckedMachine[],
  format: (typeof formats)[number],
  now: number,
): string {
  if (format === 'prometheus') return prometheusText(machines, now);
  return machines
    .map((machine) => `${format === 'checkmk' ? checkmkLine(machine) : nagiosLine(machine)}\n`)
    .join('');
}

/** Asks every machine; the local one where none is named. Passwords and host keys are asked for one after the other. */
function checkAll(
  words: readonly string[],
  limits: DayLimits,
  context: CommandContext,
): Promise<readonly Checked[]> {
  const atOnce = context.console.errIsTerminal ? 1 : machinesAtOnce;
  const asked = words.length === 0 ? [null] : words;
  return mapWithLimit(asked, atOnce, (word) =>
    checkOne({ word, isOneOfSeveral: asked.length > 1 }, limits, context),
  );
}

const machinesAtOnce = 8;

/** Asks the machines: as a run where an expression or options mean them, else one by one. */
async function resultsOf(
  typed: readonly string[],
  limits: DayLimits,
  context: CommandContext,
): Promise<{ readonly results: readonly Checked[]; readonly many: CheckedRun | null }> {
  const options = rawOptions(context);
  const words = distinct(typed);
  const isMany = manyMeant(words, options);
  if ((isMany || words.length > 1) && options.snapshot !== undefined) {
    throw new UsageError('A snapshot is of one machine: name no others beside --snapshot.');
  }
  if (!isMany) return { results: await checkAll(words, limits, context), many: null };
  const many = await checkMany(words, limits, options, context);
  return { results: many.checked, many };
}

interface CheckedRun {
  readonly checked: readonly Checked[];
  readonly interrupted: number | undefined;
  readonly data: {
    readonly run: string;
    readonly counts: Counts;
    readonly results: readonly MachineResult[];
  };
}

/** Machines that an expression or options mean, asked as a run, within its limits. */
async function checkMany(
  words: readonly string[],
  limits: DayLimits,
  options: OptionValues,
  context: CommandContext,
): Promise<CheckedRun> {
  const byName = new Map<string, Checked>();
  const { run, results } = await context.parts.runs().runCommandOnMany(
    {
      verb: 'check',
      words,
      options,
      work: {
        kind: 'read',
        read: async (provider, name) => {
          const checked = judgeMachine(shownName(name, null), await readLicenses(provider), limits);
          byName.set(name, { checked, target: provider.description, advice: [] });
          return { text: `${nagiosLine(checked)}\n`, data: null };
        },
      },
    },
    context,
  );
  return {
    checked: results.map((result) => byName.get(result.machine) ?? unchecked(result)),
    interrupted: run.exitCode > 100 ? run.exitCode : undefined,
    data: { run: run.id, counts: run.counts, results },
  };
}

function unchecked({ machine, messages, hresult, outcome }: MachineResult): Checked {
  const why = messages[0] ?? (outcome === 'not-run' ? 'its turn did not come' : 'it did not answer');
  const code = hresult === null ? null : parseHresult(hresult);
  return { checked: unreachedMachine(shownName(machine, null), why, code), target: null, advice: [] };
}

/** Names in the order of the line, each once whatever its case. */
function distinct(words: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return words.filter((word) => {
    const known = seen.has(word.toLowerCase());
    seen.add(word.toLowerCase());
    return !known;
  });
}

interface Checked {
  readonly checked: CheckedMachine;
  readonly target: ProviderDescription | null;
  /** What to do about a name that nobody knows. */
  readonly advice: readonly string[];
}

async function checkOne(
  { word, isOneOfSeveral }: { readonly word: string | null; readonly isOneOfSeveral: boolean },
  limits: DayLimits,
  context: CommandContext,
): Promise<Checked> {
  try {
    const provider = await openTarget(word, context, { verb: { name: 'dli', args: [] }, isOneOfSeveral });
    try {
      const reading = await readLicenses(provider);
      const target = provider.description;
      return { checked: judgeMachine(shownName(word, target.machine), reading, limits), target, advice: [] };
    } finally {
      await provider.close();
    }
  } catch (error) {
    const advice = isRemoteFailure(error) && error.step === 'name' ? error.advice : [];
    return { checked: failed(shownName(word, null), error), target: null, advice };
  }
}

/** What a machine is called: the word that was typed without a user in it, so that its name stays when it is away. */
function shownName(word: string | null, known: string | null): string {
  if (word === null || word === '.') return known ?? 'local machine';
  return word.replace(/^([a-z]+:\/\/)(?:[^/@]*@)/i, '$1');
}

/** A machine that cannot be asked; what is no error of the way, of the machine or of words is a defect. */
function failed(machine: string, error: unknown): CheckedMachine {
  if (!(error instanceof Error) || error.name === 'UsageError') throw error;
  if (isLicensingError(error)) return unreachedMachine(machine, error.message, error.hresult);
  return unreachedMachine(machine, error.message, null);
}

function write(path: string, whole: string): void {
  try {
    publishFile(path, whole);
  } catch (error) {
    throw new Refusal(`${path} could not be written and is as it was: ${systemReason(error)}`, {
      exitCode: checkStates.UNKNOWN,
    });
  }
}

function machineData({ checked, target }: Checked): z.infer<typeof checkedMachine> {
  const { machine, state, problem } = checked;
  const { message, hresult } = problem ?? { message: '', hresult: null };
  return {
    machine,
    kind: target?.kind ?? null,
    state,
    problem: problem === null ? null : { message, hresult: hresult === null ? null : formatHresult(hresult) },
  };
}

function productsData({ machine, products }: CheckedMachine): z.infer<typeof checkedProduct>[] {
  return products.map(({ criticalDays, expiresAt, licenseStatus, ...product }) => ({
    machine,
    ...product,
    licenseStatus: { ...licenseStatus },
    expiresAt: isoOrNull(expiresAt),
    critDays: criticalDays,
  }));
}
