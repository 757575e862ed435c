import { defaultReassemblyLimits, type ReassemblyLimits } from '../wire/reassembly';

/** What one server holds and how long it waits. Lengths of time in milliseconds. */
export interface ServerLimits {
  /**
   * Connections at once. One more makes one go that has not bound, else the longest idle one; where there is none, the
   * new one is told so. No address is ever remembered for it.
   */
  readonly connections: number;
  /** Calls of one connection that wait for their answers; reading pauses there. */
  readonly callsInFlight: number;
  /** Bytes of answers that a peer has not taken; reading pauses there. */
  readonly unsentBytes: number;
  /** How long a connection may be quiet. */
  readonly idleMs: number;
  /** How long a peer may take to bind, and to finish a PDU or a call that it began. */
  readonly slowMs: number;
  /** How long a peer may leave answers untaken. */
  readonly stuckMs: number;
  readonly reassembly: ReassemblyLimits;
}

export const defaultServerLimits: ServerLimits = {
  connections: 4096,
  callsInFlight: 32,
  unsentBytes: 65536,
  idleMs: 300_000,
  slowMs: 10_000,
  stuckMs: 15_000,
  reassembly: defaultReassemblyLimits,
};

/** Connections beyond the limit that are kept long enough to be told "local limit exceeded". */
export const refusedConnections = 64;
