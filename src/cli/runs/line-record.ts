import type { LicensingProvider } from '../../licensing/provider';

/** Keeps in the inventory what the machine of one line says, behind the verb. */
export interface LineRecord {
  /** The machine answered: it is read over the same connection. */
  readonly answered: (provider: LicensingProvider) => Promise<void>;
  /** It could not be reached. */
  readonly failed: (error: unknown) => Promise<void>;
  readonly end: () => Promise<void>;
}
