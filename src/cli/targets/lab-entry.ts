import type { LicensingProvider } from '../../licensing/provider';
import { accountName, type Actor } from '../../lab/estate/authorization';
import type { Laboratory } from '../../lab/estate/laboratory';
import { findMachine, localMachine } from '../../lab/estate/machines';
import { localMachineName } from '../../lab/estate/names';
import { sqliteDriver } from '../../lab/store/drivers';
import { readLicenseFile } from '../../providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../providers/simulated/provider';
import type { LineAccount, Surroundings } from '../parts';
import { openLaboratory } from './laboratory';

/** The store driver that this Node gives, or null where there is none. */
export function storeDriver(): { readonly name: string; readonly sqlite: string } | null {
  try {
    const driver = sqliteDriver();
    return { name: driver.name, sqlite: driver.version() };
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreError') return null;
    throw error;
  }
}

/** The simulated machine of this user account, made at first use. */
export function localMachineProvider(around: Surroundings): Promise<LicensingProvider> {
  const laboratory = openLaboratory(around);
  return providerOf(laboratory, () => localMachine(laboratory).machine.state.name);
}

/** A machine of the lab by its name. `account` acts; for null it is the estate's own administrator. */
export function labMachineProvider(
  name: string,
  account: LineAccount | null,
  around: Surroundings,
): Promise<LicensingProvider> {
  return providerOf(openLaboratory(around), () => name, account);
}

/** Names of the lab's machines; none where its store cannot be had. */
export function machineNames(around: Surroundings): readonly string[] {
  try {
    const { store } = openLaboratory(around);
    const names = store.read((reader) => reader.machineNames());
    store.close();
    return names.filter((name) => name !== localMachineName);
  } catch {
    return [];
  }
}

/** The lab machine that a word names (NAME or NAME.domain), or null where there is none. */
export async function findLabMachineProvider(
  word: string,
  account: LineAccount | null,
  around: Surroundings,
): Promise<LicensingProvider | null> {
  const laboratory = openLaboratory(around);
  const found = laboratory.store.read((reader) => findMachine(reader, word));
  if (found !== null) return providerOf(laboratory, () => found.state.name, account);
  laboratory.store.close();
  return null;
}

async function providerOf(
  laboratory: Laboratory,
  nameOf: () => string,
  account: LineAccount | null = null,
): Promise<LicensingProvider> {
  try {
    return await simulatedProvider(laboratory, nameOf(), {
      readFile: readLicenseFile,
      ...(account === null ? {} : { actor: await actorOf(account) }),
      onClose: () => {
        laboratory.store.close();
      },
    });
  } catch (error) {
    laboratory.store.close();
    throw error;
  }
}

/** Who acts by a line that names a user: slmgr goes to another machine by DCOM, which filters tokens. */
async function actorOf({ user, passwordHash }: LineAccount): Promise<Actor> {
  return { user: accountName(user), passwordHash: await passwordHash(), isFiltered: true };
}
