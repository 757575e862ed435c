import { hresult } from '../../licensing/hresult';
import { LicensingError } from '../../licensing/provider';
import type { AccountRecord, EstateReader } from './store-port';

/** Who a person proved to be at sign-in. Rights are not part of it: they are looked up at every act. */
export interface Credential {
  /** The user alone, without a domain. */
  readonly user: string;
  /** NT hash of the password that was given, in lower-case hexadecimal digits. */
  readonly passwordHash: string;
}

/** A person who acts on a machine. */
export interface Actor extends Credential {
  /**
   * True where the way is one on which Windows filters the token of a local administrator (DCOM from another machine),
   * if the machine is set so (`lab set NAME --elevated no`). SSH and the machine's own console are none.
   */
  readonly isFiltered: boolean;
}

/** What an account may do on a machine. */
export type Role = AccountRecord['role'];

/** E_ACCESSDENIED: what Windows says of an account that a machine does not have. */
export const accessDenied = hresult(0x80070005);

/** `DOMAIN\user` and `user@domain` as the user that accounts are kept under. */
export function accountName(given: string): string {
  return given.replace(/^.*\\/, '').replace(/(.)@.*$/, '$1');
}

/** The account that a user signs in with on a machine: the machine's own before the estate's. */
export function accountOn(
  reader: Pick<EstateReader, 'accounts'>,
  user: string,
  machine: string,
): AccountRecord | null {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const accounts = reader.accounts().filter((account) => same(account.user, user));
  const own = accounts.find((account) => account.machine !== null && same(account.machine, machine));
  return own ?? accounts.find((account) => account.machine === null) ?? null;
}

/**
 * The one check of rights: the role that a person has on a machine as the accounts stand now; null where the machine
 * has no such account, or has it with another password. Whoever acts asks it anew, for the machine that is acted on.
 */
export function roleOn(
  reader: Pick<EstateReader, 'accounts'>,
  { user, passwordHash }: Credential,
  machine: string,
): Role | null {
  const account = accountOn(reader, user, machine);
  return account?.passwordHash.toLowerCase() === passwordHash.toLowerCase() ? account.role : null;
}

/**
 * The same, where only a yes goes on.
 * @throws LicensingError 0x80070005
 */
export function requireRole(
  reader: Pick<EstateReader, 'accounts'>,
  credential: Credential,
  machine: string,
): Role {
  const role = roleOn(reader, credential, machine);
  if (role !== null) return role;
  throw new LicensingError(
    accessDenied,
    `${machine} has no account ${credential.user} with that password ("slmgr lab account list" shows the accounts).`,
  );
}
