import type { Catalogue, Edition } from '../../licensing/catalogue/types';
import type { SetupKey } from './machine-state';

/** What tells an edition: a licence's activation ID, its name, and the version of the licensing service. */
export interface EditionFacts {
  readonly activationId: string;
  /** SoftwareLicensingProduct.Name */
  readonly name: string;
  /** SoftwareLicensingService.Version: 10.0.19041.1 */
  readonly version: string;
}

/**
 * The published KMS client setup key of the edition that a licence belongs to: by its activation ID, else by its name
 * and the version of Windows. Null where the catalogue has none, and where several would fit.
 */
export function setupKeyOf(facts: EditionFacts, catalogue: Catalogue): SetupKey | null {
  const known = catalogue.findSku(facts.activationId)?.edition;
  if (known !== undefined) return keyOf([known]);
  const named = catalogue.editions.filter(
    ({ productName, kind }) => productName === facts.name && (kind === 'client' || kind === 'server'),
  );
  const sameVersion = named.filter(({ version }) => version !== null && isSameBuild(version, facts.version));
  return keyOf(sameVersion) ?? keyOf(named.filter(({ version }) => isSameRelease(version, facts.version)));
}

function keyOf(editions: readonly Edition[]): SetupKey | null {
  const keys = new Map(
    editions.flatMap(({ setupKey, friendlyName }) =>
      setupKey === null ? [] : ([[setupKey, friendlyName]] as const),
    ),
  );
  const [only, ...others] = keys;
  return only === undefined || others.length > 0 ? null : { key: only[0], edition: only[1] };
}

function isSameBuild(one: string, other: string): boolean {
  return parts(one, 3) === parts(other, 3);
}

function isSameRelease(one: string | null, other: string): boolean {
  return one !== null && parts(one, 2) === parts(other, 2);
}

function parts(version: string, count: number): string {
  return version.split('.').slice(0, count).join('.');
}
