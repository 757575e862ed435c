import type { Candidate } from './candidate';

/** What a search for machines came to. */
export interface Discovered {
  readonly candidates: readonly Candidate[];
  /** What is good to know and no fault: a zone that is not given away. */
  readonly notes: readonly string[];
  /** What could not be looked at, so that machines may be missing. */
  readonly problems: readonly string[];
}
