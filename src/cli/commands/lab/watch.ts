import * as z from 'zod';
import { catchUp } from '../../../lab/estate/perform';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { listMachines } from '../../../lab/estate/machines';
import { fitsPattern } from '../../../lab/estate/name-pattern';
import { beginWatch, continueWatch, type EstateChange, type WatchPosition } from '../../../lab/estate/watch';
import { licenseStatusCode } from '../../../lab/model/state';
import { licenseStatusName } from '../../../licensing/license-status';
import { harmlessText } from '../../../transports/harmless-text';
import { defineCommand, type CommandContext, type CommandResult } from '../../framework/command';
import { duration, flag, wholeNumber } from '../../framework/fields';
import type { Screen } from '../../output/screen';
import { withLaboratory } from '../../targets/laboratory';
import { event, eventJson, fieldsText } from './events';
import { iso, isoOrNull, isoTime, machineNames, machineWords, namesThatExist } from './fields';
import { statusWord } from './machine-row';
import { watchScreen } from './watch-view';

/** How long it waits at least before it looks again. */
const lookMs = 250;
/** Counts fall and clocks run by time alone: it looks so often although nobody wrote. */
const restMs = 1000;
/** What a screen may show of what happened. */
const keptLines = 200;

const status = z.object({ code: z.int(), name: z.string() });
const about = { machine: z.string(), at: isoTime };

const happening = z.discriminatedUnion('kind', [
  event.extend({ kind: z.literal('event'), ...about }),
  z.object({
    kind: z.literal('machine'),
    ...about,
    change: z.enum(['added', 'removed', 'started', 'stopped']),
  }),
  z.object({
    kind: z.literal('license'),
    ...about,
    product: z.string(),
    activationId: z.string(),
    channel: z.string(),
    /** Null where the product was not there before. */
    before: status.nullable(),
    licenseStatus: status,
    expiresAt: isoTime.nullable(),
  }),
  z.object({
    kind: z.literal('count'),
    ...about,
    count: z.string(),
    /** Current counts of the KMS host; -1 where nobody asked yet. */
    before: z.int(),
    current: z.int(),
  }),
]);

/** slmgr lab watch [NAME...] */
export const labWatch = defineCommand({
  name: 'lab watch',
  summary: 'Watch machines, counts and events as they come',
  description:
    'At a terminal a table of the machines, redrawn as they change, with the last events below it; Ctrl-C ends it. In a pipe, with ' +
    '--json or with --ndjson a line for each event, each machine that came, went, started or stopped, and each licence and ' +
    'each count that changed, as it comes. An estate whose clock runs is kept up to date meanwhile.',
  positionals: [{ ...machineWords, optional: true }],
  options: ['ndjson', 'max-events', 'duration'],
  examples: [
    { line: 'slmgr lab watch', does: 'the whole estate' },
    { line: "slmgr lab watch KMS01 'PC-0*'", does: 'some machines' },
    { line: 'slmgr lab watch --ndjson --max-events 10', does: 'ten JSON lines, then it ends' },
  ],
  data: happening,
  input: z.object({
    names: machineNames.optional(),
    ndjson: flag,
    'max-events': wholeNumber(1, 1_000_000).optional(),
    duration: duration.optional(),
  }),
  run: (input, context) =>
    withLaboratory(context, async (laboratory) => {
      const wants = wantedNames(laboratory, input.names ?? []);
      const screen = context.json ? null : context.console.openScreen();
      const most = input['max-events'] ?? Infinity;
      const watch = { laboratory, wants, context, most, until: endOf(input.duration, context) };
      try {
        await (screen === null ? printChanges(watch) : drawChanges(watch, screen));
      } finally {
        screen?.close();
      }
      return null;
    }),
});

interface Watch {
  readonly laboratory: Laboratory;
  readonly wants: (name: string) => boolean;
  readonly context: CommandContext;
  /** It ends after so many lines of what happened. */
  readonly most: number;
  /** It ends then, in ms of the real clock. */
  readonly until: number;
}

function endOf(length: number | undefined, { console }: CommandContext): number {
  return length === undefined ? Infinity : console.now() + length;
}

/** Machines by name, those by pattern that come later as well; all of the estate without a name. */
function wantedNames(laboratory: Laboratory, names: readonly string[]): (name: string) => boolean {
  listMachines(laboratory);
  if (names.length === 0) return () => true;
  const there = new Set(namesThatExist(laboratory, names));
  const patterns = names.filter((name) => /^[^,[\]!&@]+$/.test(name));
  return (name) => there.has(name) || patterns.some((pattern) => fitsPattern(name, pattern));
}

async function printChanges(watch: Watch): Promise<void> {
  const { laboratory, wants, context, most } = watch;
  const { position } = beginWatch(laboratory, wants, 0);
  let left = most;
  await follow(watch, position, ({ changes, at }) => {
    for (const change of changes.slice(0, left)) context.emit(resultOf(change, at, laboratory));
    left -= changes.length;
    return left > 0;
  });
}

async function drawChanges(watch: Watch, screen: Screen): Promise<void> {
  const { laboratory, wants, context, most } = watch;
  const { catalogue } = laboratory;
  const { position, changes: earlier } = beginWatch(laboratory, wants, 20);
  const now = position.picture.clock.now;
  const lines = earlier.map((change) => lineOf(change, now, laboratory));
  let picture = position.picture;
  let left = most;
  const draw = (): void => {
    const { columns, rows } = screen.size();
    const style = { colour: context.colour, terminal: true, width: columns };
    screen.draw(watchScreen(picture, lines.slice(-keptLines), { style, rows, catalogue }));
  };
  screen.onChange(draw);
  draw();
  await follow(watch, position, ({ changes, at, picture: seen }) => {
    picture = seen;
    lines.push(...changes.map((change) => lineOf(change, at, laboratory)));
    lines.splice(0, lines.length - keptLines);
    left -= changes.length;
    draw();
    return left > 0;
  });
}

interface Seen {
  readonly changes: readonly EstateChange[];
  readonly picture: WatchPosition['picture'];
  /** The estate's time. */
  readonly at: number;
}

/** Looks until a signal, the end of its time, or `onSeen` says that it is enough. */
async function follow(watch: Watch, start: WatchPosition, onSeen: (seen: Seen) => boolean): Promise<void> {
  const { laboratory, wants, until } = watch;
  const { console } = watch.context;
  const end = { aborted: false };
  const ended = console.interrupted().then(() => {
    end.aborted = true;
  });
  const isOver = (): boolean => end.aborted || console.now() >= until;
  let position = start;
  let pause = lookMs;
  let rested = { version: -1, at: -Infinity };
  for (;;) {
    await Promise.race([ended, console.sleep(Math.max(0, Math.min(pause, until - console.now())))]);
    const begun = console.now();
    const version = laboratory.store.read((reader) => reader.foreignVersion());
    if (version !== rested.version || begun - rested.at >= restMs || isOver()) {
      await catchUp(laboratory, { signal: end, onProgress: () => console.sleep(0) });
      const { position: next, changes } = continueWatch(laboratory, wants, position);
      position = next;
      const { picture } = position;
      if (!onSeen({ changes, picture, at: picture.clock.now }) || isOver()) return;
      rested = { version, at: begun };
      // A large estate takes its time: this computer has others to serve.
      pause = Math.max(lookMs, 2 * (console.now() - begun));
    }
  }
}

function resultOf(change: EstateChange, at: number, laboratory: Laboratory): CommandResult {
  return {
    data: jsonOf(change, at, laboratory),
    text: () => `${lineOf(change, at, laboratory)}\n`,
    target: { kind: 'simulated', machine: change.machine },
  };
}

function jsonOf(change: EstateChange, at: number, { catalogue }: Laboratory): z.infer<typeof happening> {
  const { machine } = change;
  switch (change.kind) {
    case 'event':
      return { kind: 'event', machine, ...eventJson(change.entry) };
    case 'machine':
      return { kind: 'machine', machine, at: iso(at), change: change.change };
    case 'count':
      return {
        kind: 'count',
        machine,
        at: iso(at),
        count: change.count,
        before: change.before,
        current: change.current,
      };
    case 'license': {
      const { product, before } = change;
      return {
        kind: 'license',
        machine,
        at: iso(at),
        product: catalogue.edition(product.edition).friendlyName,
        activationId: product.activationId,
        channel: product.channel,
        before: before === null ? null : statusOf(before),
        licenseStatus: statusOf(product.license.status),
        expiresAt: isoOrNull(product.license.until),
      };
    }
  }
}

function statusOf(status: keyof typeof licenseStatusCode): { code: number; name: string } {
  const code = licenseStatusCode[status];
  return { code, name: licenseStatusName(code) };
}

/** A change on one line. */
function lineOf(change: EstateChange, at: number, { catalogue }: Laboratory): string {
  const line = (when: number, what: string): string =>
    harmlessText(`${iso(when)}  ${change.machine}  ${what}`);
  switch (change.kind) {
    case 'event': {
      const { id, at: when, message, fields } = change.entry;
      const list = fieldsText(id, fields);
      return line(when, `${id}: ${message}${list === '' ? '' : ` ${list}`}`);
    }
    case 'machine':
      return line(at, change.change);
    case 'count':
      return line(at, `count (${change.count}): ${countWord(change.before)} -> ${countWord(change.current)}`);
    case 'license': {
      const { product, before } = change;
      const name = `${catalogue.edition(product.edition).friendlyName} (${product.channel})`;
      const word = statusWord(licenseStatusCode[product.license.status]);
      const was = before === null ? '' : `${statusWord(licenseStatusCode[before])} -> `;
      return line(at, `${name}: ${was}${word}`);
    }
  }
}

function countWord(count: number): string {
  return count < 0 ? 'nobody asked' : String(count);
}
