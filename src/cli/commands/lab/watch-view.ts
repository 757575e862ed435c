import { licenseStatusCode } from '../../../lab/model/state';
import type { Catalogue } from '../../../licensing/catalogue/types';
import type { EstatePicture, SeenMachine } from '../../../lab/estate/watch';
import { columnsOf } from '../../output/columns';
import type { Style } from '../../output/style';
import { coloured, table, type Cell } from '../../output/table';
import { iso } from './fields';
import { channelWord, moodOf } from './list';
import { inUse, productOf, statusWord } from './machine-row';

const head = ['Machine', 'Product', 'Channel', 'Status', 'Until (UTC)', 'Count', 'Requests', 'State'];

/** What a terminal of a size shows: a head, the machines in a table, and the last of what happened. */
export function watchScreen(
  { clock, machines }: EstatePicture,
  happened: readonly string[],
  { style, rows, catalogue }: { readonly style: Style; readonly rows: number; readonly catalogue: Catalogue },
): readonly string[] {
  const due = clock.nextDue === null ? '' : `, next due ${minute(clock.nextDue)}`;
  const top = [`${iso(clock.now)} ${clock.mode}${due}. ${summary(machines)}`, ''];
  // Two thirds at most are the machines; what happened has a line of its own above it.
  const room = Math.max(rows - top.length - 2, 2);
  const lines = tableLines(machines, { style, catalogue });
  const forTable = Math.max(Math.floor((room * 2) / 3), room - happened.length);
  const shown = fitted(lines, forTable, style);
  const events = happened.slice(-Math.max(room - shown.length, 1));
  return [...top, ...shown, '', ...events].map((line) => cutTo(line, style.width));
}

function tableLines(
  machines: readonly SeenMachine[],
  { style, catalogue }: { readonly style: Style; readonly catalogue: Catalogue },
): readonly string[] {
  if (machines.length === 0) return ['No machines.'];
  const rows = machines.flatMap((machine) => rowsOf(machine, { style, catalogue }));
  return table(head, rows, style).trimEnd().split('\n');
}

function rowsOf(
  { state, counts }: SeenMachine,
  { style, catalogue }: { readonly style: Style; readonly catalogue: Catalogue },
): readonly (readonly Cell[])[] {
  return inUse(state.products).map((product) => {
    const { license, kmsHost } = product;
    const code = licenseStatusCode[license.status];
    const isHost = kmsHost !== null;
    return [
      state.name,
      catalogue.edition(product.edition).friendlyName,
      channelWord(productOf(product, catalogue)),
      coloured(statusWord(code), moodOf(code), style),
      license.until === null ? null : minute(license.until),
      isHost ? counts.map(({ current }) => (current < 0 ? '-' : current)).join(', ') : null,
      isHost ? kmsHost.requests.total : null,
      state.running ? 'running' : 'stopped',
    ];
  });
}

/** As many lines as fit, the last of which says how many more there are. */
function fitted(lines: readonly string[], room: number, style: Style): readonly string[] {
  if (lines.length <= room) return lines;
  const kept = Math.max(room - 1, 1);
  const more = `… ${lines.length - kept} more lines; "slmgr lab watch NAME..." shows some machines`;
  return [...lines.slice(0, kept), cutTo(more, style.width)];
}

function summary(machines: readonly SeenMachine[]): string {
  const licensed = machines.filter(
    ({ state }) =>
      state.products.length > 0 &&
      inUse(state.products).every(({ license }) => license.status === 'licensed'),
  ).length;
  return `${machines.length} ${machines.length === 1 ? 'machine' : 'machines'}, ${licensed} licensed`;
}

function minute(at: number): string {
  return iso(at).slice(0, 16).replace('T', ' ');
}

/** A text that is wider than the screen ends in an ellipsis; one with colours is cut by the terminal. */
function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns || text.includes('\u001b')) return text;
  let cut = text.slice(0, columns);
  while (columnsOf(cut) >= columns && cut !== '') cut = cut.slice(0, -1);
  return `${cut}…`;
}
