import { noSuchMachine } from '../../lab/estate/names';
import { type StoredMachine } from '../../lab/estate/store-port';
import { hostProducts } from '../../lab/model/machine';
import { type SqlDriver } from '../../lab/store/driver';
import { messageOf } from '../../kms/net/system-error';
import { type Picture } from './picture';
import { makeServedFolder, readServedFacts, type ServedFiles, servedFiles } from './served-files';
import { type ServedLock, takeServedLock } from './served-lock';
import { ServeRefusal } from './serve-refusal';

/** A machine that runs, and that this process serves. */
export interface Served {
  readonly host: StoredMachine;
  readonly lock: ServedLock;
  readonly files: ServedFiles;
}

/**
 * Takes the lock of a machine's serving.
 * @throws ServeRefusal where the machine is not there, stopped, without a host key or served already, or the folder cannot be used
 */
export function takeOver(
  { machine, home }: { readonly machine: string; readonly home: string },
  driver: SqlDriver,
  { host, others }: Picture,
): Served {
  if (host === null) throw new ServeRefusal(noSuchMachine(machine, others));
  const { name, running } = host.state;
  if (!running) throw new ServeRefusal(`${name} is stopped: start it with "slmgr lab start ${name}".`);
  if (hostProducts(host.state).length === 0) {
    throw new ServeRefusal(
      `${name} has no KMS host key and would answer nobody: mint one with "slmgr lab mint-key", install it with ` +
        `"slmgr ${name} /ipk KEY" and activate it with "slmgr ${name} /ato".`,
    );
  }
  const files = servedFiles(home, name);
  const lock = lockOf(home, files, driver);
  if (lock !== null) return { host, lock, files };
  const pid = readServedFacts(files)?.pid;
  throw new ServeRefusal(`${name} is served already${pid === undefined ? '' : `, by process ${pid}`}.`);
}

function lockOf(home: string, files: ServedFiles, driver: SqlDriver): ServedLock | null {
  try {
    makeServedFolder(home);
    return takeServedLock(driver, files.lock);
  } catch (error) {
    const why = messageOf(error);
    throw new ServeRefusal(`The data folder ${home} cannot be used for serving: ${why}.`, { cause: error });
  }
}
