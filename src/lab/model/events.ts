/**
 * Event log entries of the licensing service as data (section 10 of kms-behaviour): ID, log, level and the fields
 * in the order in which Windows writes them.
 */

/** The logs that licensing events go to; 12290 alone is in the host's own log. */
export type EventLog = 'Application' | 'Key Management Service';
export type EventLevel = 'information' | 'warning' | 'error';

/** One entry. `fields` are the insertion strings in Windows' order (K10.1 to K10.8), `message` their sentence. */
export interface EventEntry {
  readonly id: number;
  readonly log: EventLog;
  readonly source: string;
  readonly level: EventLevel;
  /** Epoch milliseconds of the estate's time. */
  readonly at: number;
  readonly fields: readonly string[];
  readonly message: string;
}
