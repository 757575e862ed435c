import { formatHresult } from '../../licensing/hresult';
import type { LicensingProvider } from '../../licensing/provider';
import { accountName, type Actor } from '../../lab/estate/authorization';
import type { Laboratory } from '../../lab/estate/laboratory';
import { EstateError } from '../../lab/estate/errors';
import { confirmInstallation } from '../../lab/estate/keys';
import { findMachine, localMachine } from '../../lab/estate/machines';
import { requireMachine } from '../../lab/estate/names';
import { storeIsThere } from '../../lab/store/find-store';
import { dataFolder } from '../commands/kms/home';
import { sqliteDriver } from '../../lab/store/drivers';
import { readLicenseFile } from '../../providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../providers/simulated/provider';
import type { LabRun, LabTelephone, LineAccount, Surroundings } from '../parts';
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

/** The simulated machine of this user account, made at first use, which is told: nothing appears without a word. */
export function localMachineProvider(around: Surroundings): Promise<LicensingProvider> {
  const laboratory = openLaboratory(around);
  return providerOf(laboratory, () => {
    const { machine, isNew } = localMachine(laboratory);
    const { name } = machine.state;
    if (isNew) {
      const { console } = around;
      console.err(`slmgr: the simulated local machine ${name} was made; "slmgr lab list" shows it.\n`);
    }
    return name;
  });
}

/** A machine of the lab by its name or NAME.domain. `account` acts; for null it is the estate's own administrator. */
export function labMachineProvider(
  word: string,
  account: LineAccount | null,
  around: Surroundings,
): Promise<LicensingProvider> {
  const laboratory = openLaboratory(around);
  const nameOf = (): string =>
    laboratory.store.read((reader) => (findMachine(reader, word) ?? requireMachine(reader, word)).state.name);
  return providerOf(laboratory, nameOf, account);
}

/** The version of a lab machine's Windows; null where there is no such machine, or its store cannot be read. */
export function machineVersion(word: string, around: Surroundings): string | null {
  try {
    const { store } = openLaboratory(around);
    try {
      return store.read((reader) => findMachine(reader, word)?.state.version ?? null);
    } finally {
      store.close();
    }
  } catch {
    // Whatever runs on the machine says why.
    return null;
  }
}

/** Whether a word names a machine of the lab: NAME or NAME.domain. */
export function isLabMachine(word: string, around: Surroundings): boolean {
  const { store } = openLaboratory(around);
  try {
    return store.read((reader) => findMachine(reader, word)) !== null;
  } finally {
    store.close();
  }
}

/** Names of the lab's machines. */
export function allMachineNames(around: Surroundings): readonly string[] {
  const { store } = openLaboratory(around);
  try {
    return store.read((reader) => reader.machineNames());
  } finally {
    store.close();
  }
}

/** Names of the lab's machines; none where its store cannot be had. */
export function machineNames(around: Surroundings): readonly string[] {
  try {
    // Nothing is made because somebody presses a key.
    if (!storeIsThere(dataFolder(around.console))) return [];
    const { store } = openLaboratory(around);
    const names = store.read((reader) => reader.machineNames());
    store.close();
    return names;
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
  let name: string | null;
  try {
    name = laboratory.store.read((reader) => findMachine(reader, word)?.state.name ?? null);
  } catch (error) {
    laboratory.store.close();
    throw error;
  }
  if (name !== null) return providerOf(laboratory, () => name, account);
  laboratory.store.close();
  return null;
}

/** The lab's telephone over one store, which `close` closes. The same installation ID gets the same answer for nothing. */
export function openTelephone(around: Surroundings): LabTelephone {
  const laboratory = openLaboratory(around);
  return {
    confirm: (installationId) => {
      try {
        const answer = confirmInstallation(laboratory, installationId);
        if (answer.ok) return { ok: true, confirmationId: answer.confirmationId };
        const code = formatHresult(answer.hresult);
        return { ok: false, message: `the telephone refuses: ${code}`, hresult: code };
      } catch (error) {
        if (!(error instanceof EstateError)) throw error;
        return { ok: false, message: error.message, hresult: null };
      }
    },
    close: () => {
      laboratory.store.close();
    },
  };
}

/** The lab's machines for a run over many of them: one store, which {@link LabRun} closes. */
export function openLabRun(around: Surroundings): LabRun {
  const laboratory = openLaboratory(around);
  const { store } = laboratory;
  return {
    open: async (word, account) => {
      const name = store.read(
        (reader) => (findMachine(reader, word) ?? requireMachine(reader, word)).state.name,
      );
      return simulatedProvider(laboratory, name, {
        readFile: readLicenseFile,
        ...(account === null ? {} : { actor: await actorOf(account) }),
        onClose: () => undefined,
      });
    },
    close: () => {
      store.close();
    },
  };
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
