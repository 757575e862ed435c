import * as z from 'zod';
import { showClock } from '../../../lab/estate/clock';
import { listMachines } from '../../../lab/estate/machines';
import { defineCommand, type Style } from '../../framework/command';
import { coloured, plain, table, type Cell } from '../../output/table';
import { withLaboratory } from '../../targets/laboratory';
import { stuckMessage } from '../../targets/stuck';
import { machineRow, machineRowOf, statusWord, type MachineRow } from './machine-row';

/** slmgr lab list */
export const labList = defineCommand({
  name: 'lab list',
  summary: 'List the machines of the estate',
  positionals: [],
  options: ['tsv'],
  examples: [
    { line: 'slmgr lab list', does: 'a table' },
    { line: 'slmgr lab list --json', does: 'as JSON' },
    { line: 'slmgr lab list --tsv', does: 'tab-separated, for awk and spreadsheets' },
  ],
  data: z.object({ machines: z.array(machineRow) }),
  input: z.object({}),
  run: async (_input, context) => {
    const machines = await withLaboratory(context, (laboratory) => {
      const machines = listMachines(laboratory);
      const { now } = showClock(laboratory);
      return machines.map((machine) => machineRowOf(machine, laboratory.catalogue, now));
    });
    return {
      data: { machines },
      warnings: machines.filter(({ stuck }) => stuck).map(({ name }) => stuckMessage(name)),
      text: (style) =>
        machines.length === 0
          ? 'The estate has no machines yet.\n'
          : table(head, rowsOf(machines, style), style),
      table: { head, rows: rowsOf(machines, plain) },
    };
  },
});

const head = ['Machine', 'Product', 'Channel', 'Status', 'Until (UTC)', 'State'];

/** A row for each product of a machine. */
function rowsOf(machines: readonly MachineRow[], style: Style): readonly (readonly Cell[])[] {
  return machines.flatMap((machine) =>
    machine.products.map(({ product, licenseStatus, expiresAt, ...one }) => [
      machine.name,
      product,
      channelWord(one),
      coloured(statusWord(licenseStatus.code), moodOf(licenseStatus.code), style),
      expiresAt?.slice(0, 16).replace('T', ' '),
      stateWords(machine),
    ]),
  );
}

/** What `lab list` and `lab show` have for the channel. */
export function channelWord({
  kmsHost,
  channel,
  partialProductKey,
}: Pick<MachineRow['products'][number], 'kmsHost' | 'channel' | 'partialProductKey'>): string {
  if (partialProductKey === null) return 'no key';
  return kmsHost ? 'KMS host' : channel;
}

/** The mood of a licence status in colour. */
export function moodOf(code: number): 'good' | 'warning' | 'bad' {
  if (code === 1) return 'good';
  return code === 2 || code === 3 || code === 6 ? 'warning' : 'bad';
}

function stateWords({ running, restartWanted, virtual, elevated, stuck }: MachineRow): string {
  const words = [
    running ? 'running' : 'stopped',
    ...(restartWanted ? ['wants a restart'] : []),
    ...(virtual ? ['virtual'] : []),
    ...(elevated ? [] : ['standard user']),
    ...(stuck ? ['stuck'] : []),
  ];
  return words.join(', ');
}
