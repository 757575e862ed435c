/** What a machine is known by. */
export interface KnownIdentity {
  readonly id: number;
  readonly uuid: string | null;
  readonly cmid: string | null;
  /** Seconds since 1970; null where it never answered. */
  readonly last_seen: number | null;
}

/** What a machine that answered says of itself. */
export interface AnsweredIdentity {
  readonly uuid: string | null;
  readonly cmid: string | null;
  readonly at: number;
}

/** Which machine of the inventory answered. */
export type Match =
  | { readonly kind: 'same'; readonly id: number }
  /** The machine was renamed: it is the one of that id, under its new name. */
  | { readonly kind: 'renamed'; readonly id: number; readonly displaced: number | null }
  /** Nobody knows it; `displaced` had its name and is another machine. */
  | { readonly kind: 'new'; readonly displaced: number | null };

/** Whoever answered under its old name so shortly ago was not renamed since: another machine has the same UUID. */
const renameTakes = 3600;

/**
 * Which machine it is that answered under a name. The rule, in this order:
 * 1. The name and the UUID fit, or one of the two UUIDs is not known: it is the machine of that name.
 * 2. The name and the CMID fit: it is that machine with other hardware.
 * 3. One other machine has the UUID, and did not answer within the last hour: it was renamed.
 * 4. Else it is a new one. Who had the name before keeps its history under NAME~1, NAME~2 …
 * @param named the machine that has the name
 * @param sameUuid the other machines with the UUID of the one that answered
 */
export function identify(
  answered: AnsweredIdentity,
  named: KnownIdentity | null,
  sameUuid: readonly KnownIdentity[],
): Match {
  if (named !== null && (isSame(named.uuid, answered.uuid) || isKnownSame(named.cmid, answered.cmid))) {
    return { kind: 'same', id: named.id };
  }
  const displaced = named?.id ?? null;
  const [only, ...others] = sameUuid;
  const isRenamed =
    only !== undefined &&
    others.length === 0 &&
    (only.last_seen === null || answered.at - only.last_seen >= renameTakes);
  return isRenamed ? { kind: 'renamed', id: only.id, displaced } : { kind: 'new', displaced };
}

function isSame(known: string | null, answered: string | null): boolean {
  return known === null || answered === null || known === answered;
}

function isKnownSame(known: string | null, answered: string | null): boolean {
  return known !== null && known === answered;
}
