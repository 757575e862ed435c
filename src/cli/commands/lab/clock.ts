import * as z from 'zod';
import { holdClock, runClock, showClock, type ClockView } from '../../../lab/estate/clock';
import type { Advanced } from '../../../lab/clockwork/advance';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { advanceClock, setClock, type MoveOptions } from '../../../lab/estate/perform';
import {
  defineCommand,
  type Command,
  type CommandContext,
  type CommandResult,
} from '../../framework/command';
import { interruptedStatus } from '../../exit-status';
import { duration, instant } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { iso, isoOrNull, isoTime } from './fields';
import { stuckMessage } from '../../targets/stuck';

/** How often a terminal shows how far it is. */
const progressMs = 500;
/** How long it plays on before it lets signals in. */
const breathMs = 50;

const clockData = z.object({
  now: isoTime,
  mode: z.enum(['held', 'running']),
  nextDue: isoTime.nullable(),
  /** Due events that were played on the way. */
  played: z.int(),
});

/** slmgr lab clock */
export const labClock = defineCommand({
  name: 'lab clock',
  summary: "Show the estate's time",
  positionals: [],
  options: [],
  examples: [{ line: 'slmgr lab clock', does: '2026-01-05T08:00:00.000Z held' }],
  data: clockData,
  input: z.object({}),
  run: async (_input, context) => shown(await withLaboratory(context, showClock), 0),
});

/** slmgr lab clock advance 7d */
export const labClockAdvance = defineCommand({
  name: 'lab clock advance',
  summary: 'Move the time forward and play what is due on the way',
  description:
    'Retries, renewals and expiry happen in their order, at their times. A duration is a number with ms, s, m, h or d; ' +
    'a bare number is seconds.',
  positionals: [{ name: 'duration', summary: 'How far: 2h, 7d, 180d' }],
  options: [],
  examples: [{ line: 'slmgr lab clock advance 7d', does: 'a week later' }],
  data: clockData,
  input: z.object({ duration }),
  run: ({ duration: by }, context) =>
    move(context, (laboratory, options) => advanceClock(laboratory, by, options)),
});

/** slmgr lab clock set ISO */
export const labClockSet = defineCommand({
  name: 'lab clock set',
  summary: 'Move the time to an instant and play what is due on the way',
  positionals: [{ name: 'time', summary: 'ISO 8601; UTC where it names no zone' }],
  options: [],
  examples: [{ line: 'slmgr lab clock set 2026-07-01T00:00:00Z', does: 'to the first of July' }],
  data: clockData,
  input: z.object({ time: instant }),
  run: ({ time }, context) => move(context, (laboratory, options) => setClock(laboratory, time, options)),
});

/** Moves the clock; says on a terminal how far it is, and stops between events at a signal. */
async function move(
  context: CommandContext,
  how: (laboratory: Laboratory, options: MoveOptions) => Promise<Advanced>,
): Promise<CommandResult> {
  const { console } = context;
  const signal = { aborted: false };
  let interruptedBy: keyof typeof interruptedStatus = 'SIGINT';
  const forget = console.onInterrupt((by) => {
    if (!signal.aborted) interruptedBy = by;
    signal.aborted = true;
  });
  let shownAt = console.now();
  let breathedAt = shownAt;
  const onProgress = async ({ at, played }: Pick<Advanced, 'at' | 'played'>): Promise<void> => {
    if (console.now() - shownAt >= progressMs) {
      shownAt = console.now();
      console.progress(`${iso(at)}  ${played} events`);
    }
    if (console.now() - breathedAt < breathMs) return;
    await console.sleep(0);
    breathedAt = console.now();
  };
  const begun = shownAt;
  try {
    return await withLaboratory(context, async (laboratory) => {
      const { played, interrupted, setAside } = await how(laboratory, { signal, onProgress });
      if (shownAt !== begun) console.progress('');
      const result = { ...shown(showClock(laboratory), played), warnings: setAside.map(stuckMessage) };
      return interrupted
        ? { ...result, exitCode: interruptedStatus[interruptedBy], messages: ['Interrupted on the way.'] }
        : result;
    });
  } finally {
    forget();
  }
}

function modeCommand(mode: 'hold' | 'run', summary: string): Command {
  return defineCommand({
    name: `lab clock ${mode}`,
    summary,
    positionals: [],
    options: [],
    examples: [{ line: `slmgr lab clock ${mode}`, does: summary.toLowerCase() }],
    data: clockData,
    input: z.object({}),
    run: async (_input, context) =>
      shown(await withLaboratory(context, mode === 'hold' ? holdClock : runClock), 0),
  });
}

/** slmgr lab clock hold */
export const labClockHold = modeCommand('hold', 'Let the time stand still');
/** slmgr lab clock run */
export const labClockRun = modeCommand('run', 'Let the time run on with the real clock');

function shown(clock: ClockView, played: number): CommandResult {
  const data = { now: iso(clock.now), mode: clock.mode, nextDue: isoOrNull(clock.nextDue), played };
  return { data, text: () => `${data.now} ${data.mode}\n` };
}
