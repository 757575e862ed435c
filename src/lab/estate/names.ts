import type { Catalogue, Edition } from '../../licensing/catalogue/types';
import { nearestWords } from '../../licensing/nearest';
import { EstateError } from './errors';
import type { EstateReader, StoredMachine } from './store-port';

/** Name of the local machine that is made at first use. */
export const localMachineName = 'LOCALHOST';

/**
 * A machine's name: letters, digits and hyphens, at most 63, neither first nor last a hyphen.
 * @throws EstateError `invalid`
 */
export function checkMachineName(name: string): string {
  if (!/^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(name)) {
    throw new EstateError(
      'invalid',
      `"${name}" is no machine name: letters, digits and hyphens, at most 63, no hyphen at either end.`,
    );
  }
  if (name.toUpperCase() === localMachineName) {
    throw new EstateError('invalid', `${localMachineName} is this machine itself; choose another name.`);
  }
  return name;
}

/**
 * A DNS domain, without the last dot.
 * @throws EstateError `invalid`
 */
export function checkDomain(domain: string): string {
  if (isDomain(domain)) return domain.replace(/\.$/, '');
  throw new EstateError('invalid', `"${domain}" is no DNS domain.`);
}

/** Whether a text is a DNS domain, with the last dot or without. */
export function isDomain(domain: string): boolean {
  if (domain.length > 253) return false;
  const labels = domain.replace(/\.$/, '').split('.');
  return labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label));
}

/**
 * The machine of a name in any case.
 * @throws EstateError `not-found`
 */
export function requireMachine(
  reader: Pick<EstateReader, 'machine' | 'machineNames'>,
  name: string,
): StoredMachine {
  const machine = reader.machine(name);
  if (machine !== null) return machine;
  throw new EstateError('not-found', noSuchMachine(name, reader.machineNames()));
}

/** What is said of a name that none of the estate's machines has: those that look like it, or where they are listed. */
export function noSuchMachine(name: string, known: readonly string[]): string {
  const near = nearestWords(
    name,
    known.filter((one) => one !== localMachineName),
  );
  const hint = near.length === 0 ? '"slmgr lab list" shows them' : `did you mean ${near.join(' or ')}?`;
  return `There is no machine ${name} in the estate: ${hint}`;
}

/**
 * An edition by its friendly name, in any case.
 * @throws EstateError `not-found` with the nearest names
 */
export function requireEdition(catalogue: Catalogue, name: string): Edition {
  const edition = catalogue.findEdition(name);
  if (edition !== undefined) return edition;
  const near = catalogue.suggestions(name);
  const hint =
    near.length === 0
      ? '"slmgr keys" lists them'
      : `did you mean ${near.map((each) => `"${each}"`).join(', ')}?`;
  throw new EstateError('not-found', `"${name}" is no product of the catalogue: ${hint}`);
}
