import * as z from 'zod';
import { defaultKmsPort } from '../../../kms/engine/host-choice';
import { subscriptionStatusName, subscriptionTypeName } from '../../../licensing/subscription';
import { showClock } from '../../../lab/estate/clock';
import { showMachine } from '../../../lab/estate/machines';
import { defineCommand, type Style } from '../../framework/command';
import { coloured, facts, plain, table, type Cell } from '../../output/table';
import { withLaboratory } from '../../targets/laboratory';
import { stuckMessage } from '../../targets/stuck';
import { machineName, machineWord } from './fields';
import { channelWord, moodOf } from './list';
import { machineRow, machineRowOf, statusWord, type MachineRow } from './machine-row';

/** slmgr lab show NAME */
export const labShow = defineCommand({
  name: 'lab show',
  summary: 'Show a machine: what it is like and what is installed on it',
  description: 'What the licensing service of the machine says is in "slmgr NAME /dlv all --json".',
  positionals: [machineWord],
  options: ['tsv'],
  examples: [
    { line: 'slmgr lab show PC-001 --json', does: 'as JSON' },
    { line: 'slmgr lab show PC-001 --tsv', does: 'its products, tab-separated' },
  ],
  data: machineRow,
  input: z.object({ name: machineName }),
  run: async ({ name }, context) => {
    const machine = await withLaboratory(context, (laboratory) =>
      machineRowOf(showMachine(laboratory, name), laboratory.catalogue, showClock(laboratory).now),
    );
    return {
      data: machine,
      warnings: machine.stuck ? [stuckMessage(machine.name)] : [],
      text: (style) => showText(machine, style),
      table: { head, rows: productRows(machine, plain) },
      target: { kind: 'simulated', machine: machine.name },
    };
  },
});

function showText(machine: MachineRow, style: Style): string {
  const about = facts(
    [
      ['Name', machine.name],
      ['Domain', machine.domain ?? 'none (workgroup)'],
      ['DNS suffix', machine.dnsSuffix],
      ['Running', machine.running],
      ['Restart wanted', machine.restartWanted],
      ['Virtual', machine.virtual],
      ['Elevated', machine.elevated],
      ['Clock skew', `${machine.clockSkewSeconds} s`],
      ['SLIC table', machine.slic],
      ...optional('Key in the firmware', machine.firmwareKey),
      ...optional('Subscription', subscriptionWords(machine.subscription)),
      ...optional('Firewall lets in', firewallWords(machine.firewall)),
      ['Client machine ID', machine.clientMachineId],
      ['Rearms left', machine.rearmsRemaining],
      ['Next due', machine.nextDue],
    ],
    style,
  );
  return `${about}\n${table(head, productRows(machine, style), style)}`;
}

/** A line for what few machines have. */
function optional(name: string, value: string | null): readonly (readonly [string, string])[] {
  return value === null ? [] : [[name, value]];
}

function subscriptionWords(subscription: MachineRow['subscription']): string | null {
  if (subscription === null) return null;
  const { edition, type, status, expiresAt } = subscription;
  const end = expiresAt === null ? '' : `, until ${expiresAt}`;
  return `${edition}, ${subscriptionTypeName(type)}, ${subscriptionStatusName(status)}${end}`;
}

function firewallWords(firewall: MachineRow['firewall']): string | null {
  if (firewall === null) return null;
  const ports = firewall.ports.map((port) => (port === defaultKmsPort ? `${port} (KMS)` : String(port)));
  const all = [...ports, ...(firewall.wmi ? ['WMI'] : [])];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

const head = ['Product', 'Channel', 'Key', 'Status', 'Until (UTC)'];

function productRows(machine: MachineRow, style: Style): readonly (readonly Cell[])[] {
  return machine.products.map(({ product, licenseStatus, expiresAt, ...one }) => [
    product,
    channelWord(one),
    one.partialProductKey,
    coloured(statusWord(licenseStatus.code), moodOf(licenseStatus.code), style),
    expiresAt?.slice(0, 16).replace('T', ' '),
  ]);
}
