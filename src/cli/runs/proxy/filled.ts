import type { ProxyEntry, ProxyList } from '../../../fleet/proxy/proxy-list';
import type { OpenEntry } from './shown';

/** Why an entry stays open. */
export type Unanswered = Pick<OpenEntry, 'reason' | 'hresult'>;

/** A list with what was filled in, and why the rest was not. */
export interface Filled {
  readonly list: ProxyList;
  /** By id. */
  readonly reasons: ReadonlyMap<string, Unanswered>;
  readonly messages: readonly string[];
  /** Whether all of it is in the file already. */
  readonly isWritten: boolean;
}

/** The entries that have no confirmation ID. */
export function openOf({ entries }: ProxyList): readonly ProxyEntry[] {
  return entries.filter(({ confirmationId }) => confirmationId === null);
}
