import { printableJson } from '../../transports/harmless-text';
import { type Log, type LogLevel, logLevels } from '../../kms/net/log';

/** A log of one JSON object a line: time, level, machine, event and its facts. Lines below `least` are dropped. */
export function jsonLog(
  write: (line: string) => void,
  options: { readonly machine: string; readonly least: LogLevel; readonly now?: () => Date },
): Log {
  const rank = (level: LogLevel): number => logLevels.indexOf(level);
  const now = options.now ?? ((): Date => new Date());
  return (level, event, fields = {}) => {
    if (rank(level) < rank(options.least)) return;
    const line = { time: now().toISOString(), level, machine: options.machine, event, ...fields };
    write(`${printableJson(line)}\n`);
  };
}
