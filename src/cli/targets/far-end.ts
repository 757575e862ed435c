import type { TransportName } from '../../remote/address';

/** A machine at the end of a way. */
export interface FarEnd {
  readonly transport: TransportName;
  readonly host: string;
  /** Null for the usual one. */
  readonly port: number | null;
  /** The far side is a slmgr: true, or the name of a machine of its laboratory. */
  readonly agent: boolean | string;
  /** Who signs in, where somebody was said. */
  readonly user: string | null;
}
