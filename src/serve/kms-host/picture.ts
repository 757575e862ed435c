import { defaultSettings, type EstateSettings } from '../../lab/estate/settings';
import { type EstateStore, type StoredMachine } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';

/** What a daemon reads of the estate each time it looks. */
export interface Picture {
  /** Null where the machine is no longer in the estate. */
  readonly host: StoredMachine | null;
  /** The machines that are in the estate, where that one is not. */
  readonly others: readonly string[];
  readonly settings: EstateSettings;
  readonly estateNow: number;
  /** Number of the newest entry of the machine's event log. */
  readonly lastEvent: number;
  /** True where the service of the machine has started since the entry with the number asked with. */
  readonly restarted: boolean;
}

const serviceStarting = 900;

/** Reads a machine and what has happened to it since its event number `after`. */
export function takePicture(
  store: EstateStore,
  machine: string,
  facts: { readonly after: number; readonly realNow: number },
): Picture {
  return store.read((reader) => {
    const host = reader.machine(machine);
    const query = { after: facts.after, since: null, limit: 1000 };
    const events = host === null ? [] : reader.events(host.id, query);
    return {
      host,
      others: host === null ? reader.machineNames() : [],
      settings: reader.estate()?.settings ?? defaultSettings,
      estateNow: estateTime(reader.clock(), facts.realNow),
      lastEvent: events.at(-1)?.number ?? facts.after,
      restarted: events.some(({ entry }) => entry.id === serviceStarting),
    };
  });
}
