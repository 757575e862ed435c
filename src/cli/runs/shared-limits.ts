import type { Group } from '../../fleet/runs/slots';
import type { ResolvedTarget } from '../targets/resolve-targets';
import type { RunSettings } from './run-options';

/**
 * Most machines at once through one jump host: an SSH server takes ten connections that have not signed in and begins to
 * drop others (MaxStartups).
 */
const machinesPerJump = 8;

const none: readonly Group[] = [];

/** The limits that a machine shares with others: those of its jump host and of its site. */
export function sharedLimits({
  perSite,
}: Pick<RunSettings, 'perSite'>): (target: ResolvedTarget) => readonly Group[] {
  const known = new Map<string, readonly Group[]>();
  return ({ jump, site }) => {
    const hasSite = site !== null && perSite !== null;
    if (jump === null && !hasSite) return none;
    const key = JSON.stringify([jump, hasSite ? site : null]);
    let groups = known.get(key);
    if (groups === undefined) {
      groups = [
        ...(jump === null ? [] : [{ key: `jump ${jump}`, limit: machinesPerJump }]),
        ...(hasSite ? [{ key: `site ${site.toLowerCase()}`, limit: perSite }] : []),
      ];
      known.set(key, groups);
    }
    return groups;
  };
}
