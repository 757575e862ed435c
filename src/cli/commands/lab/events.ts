import * as z from 'zod';
import { formatHresult, parseHresult } from '../../../licensing/hresult';
import { namedFields } from '../../../licensing/event-table';
import { parseDuration, parseInstant } from '../../../lab/estate/duration';
import { queryEvents, type EventPage, type EventQuery } from '../../../lab/estate/events';
import { showClock } from '../../../lab/estate/clock';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { requireMachine } from '../../../lab/estate/names';
import type { EventEntry } from '../../../lab/model/events';
import { defineCommand, type CommandContext, type CommandResult, type Style } from '../../framework/command';
import { flag, option, wholeNumber } from '../../framework/fields';
import { harmlessText } from '../../../transports/harmless-text';
import type { Cell } from '../../output/table';
import { folded } from '../../output/wrap';
import { withLaboratory } from '../../targets/laboratory';
import { iso, isoTime, machineName, machineWord } from './fields';

const pollMs = 250;

export const event = z.object({
  id: z.int(),
  log: z.enum(['Application', 'Key Management Service']),
  source: z.string(),
  level: z.enum(['information', 'warning', 'error']),
  at: isoTime,
  /** HRESULT in the first field, where the event has one. */
  hresult: z.string().nullable(),
  /** The insertion strings by name, as "slmgr explain 12288" names them, in Windows' order. */
  fields: z.record(z.string(), z.string()),
  message: z.string(),
});

const eventId = z.array(
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be an event ID such as 12288')
    .transform(Number),
);

/** When --since begins, as soon as the estate's time is known. */
const sinceWhen = option.transform((since, context): ((now: number) => number) => {
  try {
    const at = /^\d{4}-/.test(since) ? parseInstant(since) : null;
    const before = at === null ? parseDuration(since) : 0;
    return (now) => at ?? now - before;
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
    return z.NEVER;
  }
});

/** slmgr lab events NAME */
export const labEvents = defineCommand({
  name: 'lab events',
  summary: "Show a machine's event log",
  description:
    'The events of the licensing service with the IDs and the fields that Windows writes: 12288 request sent, 12289 reply ' +
    'processed, 12290 request processed (on a KMS host), 12293 and 12294 DNS publishing, 8198 activation failed.',
  positionals: [machineWord],
  options: ['id', 'since', 'last', 'follow', 'tsv'],
  examples: [
    { line: 'slmgr lab events PC-001', does: 'the whole log' },
    { line: 'slmgr lab events PC-001 --id 12288 --since 1d', does: "requests of the estate's last day" },
    { line: 'slmgr lab events PC-001 -n 5', does: 'the last five' },
    { line: 'slmgr lab events KMS01 --follow --json', does: 'one JSON document a line, as events come' },
  ],
  data: z.union([z.object({ machine: z.string(), events: z.array(event) }), event]),
  input: z.object({
    name: machineName,
    id: eventId.optional(),
    since: sinceWhen.optional(),
    last: wholeNumber(1, 1_000_000).optional(),
    follow: flag,
  }),
  run: ({ name, id, since, last, follow }, context) =>
    withLaboratory(context, async (laboratory) => {
      const { store } = laboratory;
      const from = since?.(showClock(laboratory).now) ?? null;
      const query = { ids: id ?? [], since: from, after: null };
      const whole = queryEvents(store, name, query);
      const page = last === undefined ? whole : { ...whole, entries: whole.entries.slice(-last) };
      const machine = store.read((reader) => requireMachine(reader, name).state.name);
      if (follow) {
        await followEvents(laboratory, { machine, page, query }, context);
        return null;
      }
      return {
        data: { machine, events: page.entries.map(eventJson) },
        text: (style) => page.entries.map((entry) => eventText(entry, style)).join(''),
        table: { head, rows: page.entries.map(eventCells) },
        target: { kind: 'simulated', machine },
      };
    }),
});

interface Followed {
  readonly machine: string;
  readonly page: EventPage;
  readonly query: EventQuery;
}

/** Prints what is there and then what comes, until a signal. */
async function followEvents(
  { store }: Laboratory,
  { machine, page, query }: Followed,
  { console, emit }: CommandContext,
): Promise<void> {
  const interrupted = console.interrupted().then(() => true);
  let { entries, cursor } = page;
  for (;;) {
    for (const entry of entries) emit(eventResult(machine, entry));
    const ended = await Promise.race([interrupted, console.sleep(pollMs).then(() => false)]);
    if (ended) return;
    ({ entries, cursor } = queryEvents(store, machine, { ...query, after: cursor }));
  }
}

function eventResult(machine: string, entry: EventEntry): CommandResult {
  return {
    data: eventJson(entry),
    text: (style) => eventText(entry, style),
    table: { head, rows: [eventCells(entry)] },
    target: { kind: 'simulated', machine },
  };
}

export function eventJson({
  id,
  log,
  source,
  level,
  at,
  fields,
  message,
}: EventEntry): z.infer<typeof event> {
  const code = /^0x/i.test(fields[0] ?? '') ? parseHresult(fields[0] ?? '') : null;
  const number = code === null ? null : formatHresult(code);
  return { id, log, source, level, at: iso(at), hresult: number, fields: recordOf(id, fields), message };
}

function recordOf(id: number, fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(namedFields(id, fields).map(({ name, value }) => [name, value]));
}

export function fieldsText(id: number, fields: readonly string[]): string {
  return namedFields(id, fields)
    .map(({ name, value }) => `${name}: ${value}`)
    .join(', ');
}

const head = ['At (UTC)', 'ID', 'Level', 'Log', 'Message', 'Fields'];

function eventCells({ at, id, level, log, message, fields }: EventEntry): readonly Cell[] {
  return [iso(at), id, level, log, message, fieldsText(id, fields)];
}

function eventText({ at, id, log, level, message, fields }: EventEntry, style: Style): string {
  const lines = [`${iso(at)}  ${id}  ${level.padEnd(11)}  ${log}: ${message}`];
  const list = fieldsText(id, fields);
  // A list of facts with no blank in it is longer than many terminals are wide.
  if (list !== '') lines.push(`    ${style.terminal ? list.replace(/;(?=\S)/g, '; ') : list}`);
  return `${folded(lines.map(harmlessText).join('\n'), style, 4)}\n`;
}
