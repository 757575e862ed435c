import type { EditionId } from './types';

/** ID of an edition: the lower-case words of its friendly name. */
export function editionIdOf(friendlyName: string): EditionId {
  return friendlyName
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '') as EditionId;
}
