/** How urgent a line of the log is. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts of a line of the log; never a secret, and text of a peer only as a field, never as a part of the event. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the daemon tells what happens; `event` is a stable word such as `connection-refused`. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/** Tells nobody. */
export const silentLog: Log = () => undefined;
