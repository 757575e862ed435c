import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { requireMachine } from './names';
import type { AccountRecord, EstateStore } from './store-port';

export interface NewAccount {
  readonly user: string;
  /** Null: on every machine of the estate. */
  readonly machine: string | null;
  readonly role: AccountRecord['role'];
  /** Made at the edge; the password itself never comes here. */
  readonly passwordHash: string;
}

/** Whether Windows takes a user name: 1 to 64 characters, none of those that it refuses, no control characters. */
export function isUserName(user: string): boolean {
  return /^[^"/\\[\]:;|=,+*?<>\s\p{Cc}][^"/\\[\]:;|=,+*?<>\p{Cc}]{0,63}$/u.test(user);
}

/**
 * Adds an account of served machines, or gives it another role or password.
 * @throws EstateError for a user name that Windows refuses, and an unknown machine
 */
export function putAccount(laboratory: Pick<Laboratory, 'store'>, account: NewAccount): AccountRecord {
  if (!isUserName(account.user)) {
    throw new EstateError('invalid', `"${account.user}" is no user name.`);
  }
  return laboratory.store.write((writer) => {
    requireEstate(writer.estate());
    if (account.machine !== null) requireMachine(writer, account.machine);
    writer.putAccount(account);
    return account;
  });
}

/** Removes an account. @throws EstateError `not-found` */
export function removeAccount(
  laboratory: Pick<Laboratory, 'store'>,
  user: string,
  machine: string | null,
): void {
  laboratory.store.write((writer) => {
    if (writer.removeAccount(user, machine)) return;
    throw new EstateError(
      'not-found',
      `There is no account ${user} on ${machine ?? 'all machines'}; "slmgr lab account list" lists them.`,
    );
  });
}

/** The accounts of the estate. */
export function listAccounts(store: EstateStore): readonly AccountRecord[] {
  return store.read((reader) => reader.accounts());
}
