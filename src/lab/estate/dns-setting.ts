import { succeeded } from '../model/outcome';
import { publishing } from '../model/publishing';
import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { perform } from './perform';
import { type DnsSetting } from './settings';

/**
 * Which DNS the estate publishes to and asks.
 * @throws EstateError `not-found` where there is no estate
 */
export function showDnsSetting({ store }: Pick<Laboratory, 'store'>): DnsSetting {
  return store.read((reader) => requireEstate(reader.estate()).settings.dns);
}

/**
 * Sets which DNS the estate publishes to and asks. Every host that publishes of itself does so there at once, as after
 * a change of its own settings (K7.2); how that went is in its event log. What stands in the DNS before stays there.
 * @throws EstateError `not-found` where there is no estate
 */
export async function changeDnsSetting(laboratory: Laboratory, dns: DnsSetting): Promise<DnsSetting> {
  laboratory.store.write((writer) => {
    const estate = requireEstate(writer.estate());
    writer.putEstate({ ...estate, settings: { ...estate.settings, dns } });
  });
  for (const host of publishingHosts(laboratory)) await publishAgain(laboratory, host);
  return dns;
}

function publishingHosts({ store }: Laboratory): readonly string[] {
  return store.read((reader) =>
    reader
      .machines()
      .filter(({ state }) => state.running && state.publishAt !== null)
      .map(({ state }) => state.name),
  );
}

async function publishAgain(laboratory: Laboratory, host: string): Promise<void> {
  try {
    await perform(laboratory, host, (machine, { now }) => {
      const { machine: state, wishes } = publishing(machine, now);
      return succeeded(state, { wishes });
    });
  } catch (error) {
    // A host that another process removed meanwhile has nothing to publish.
    if (!(error instanceof EstateError) || error.kind !== 'not-found') throw error;
  }
}
