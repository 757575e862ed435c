import { type Log, type LogLevel } from './log';

const windowMs = 10_000;
/** Lines of one event in a window. */
const most: Readonly<Record<LogLevel, number>> = { debug: 200, info: 20, warn: 20, error: 20 };

interface Window {
  readonly since: number;
  lines: number;
}

/**
 * A log in which no event is told of without end, whatever peers do: behind so many lines in ten seconds one says
 * `log-limited`, and the first line of the event's next window how many were left off (`suppressed`).
 */
export function boundedLog(log: Log, now: () => number = () => performance.now()): Log {
  const windows = new Map<string, Window>();
  return (level, event, fields = {}) => {
    const at = now();
    const window = windows.get(event);
    if (window === undefined || at - window.since >= windowMs) {
      windows.set(event, { since: at, lines: 1 });
      const suppressed = Math.max(0, (window?.lines ?? 0) - most[level]);
      log(level, event, suppressed === 0 ? fields : { ...fields, suppressed });
      return;
    }
    window.lines += 1;
    if (window.lines <= most[level]) log(level, event, fields);
    else if (window.lines === most[level] + 1) log(level, 'log-limited', { event });
  };
}
