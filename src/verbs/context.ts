import type { LicensingProvider } from '../licensing/provider';
import type { VerbResult } from './results';

/** What an operation works on. */
export interface VerbContext {
  readonly provider: LicensingProvider;
  /** True where a machine was named: the verbs that slmgr refuses for a remote machine ask. */
  readonly remote: boolean;
}

/** A verb's results in order. An error of the service is thrown and ends the verb. */
export type VerbResults = AsyncGenerator<VerbResult, void, undefined>;

/** A verb as a function: the words behind it are there as the table demands them, else as typed. */
export type Operation = (context: VerbContext, args: readonly string[]) => VerbResults;
