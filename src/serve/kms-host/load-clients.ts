import { type ActivationRequest } from '../../kms/engine/messages';
import { requireEdition } from '../../lab/estate/names';
import { type Catalogue, type Edition } from '../../licensing/catalogue/types';
import { ServeRefusal } from './serve-refusal';

/** What the clients of a load run ask as, unless told otherwise. */
export const defaultLoadProduct = 'Windows 7 Enterprise';
const minutesOfGrace = 43_200;

export interface LoadClients {
  readonly catalogue: Catalogue;
  /** Friendly name of a product that KMS activates. */
  readonly product: string;
  /** How many different clients ask, in turn. */
  readonly clients: number;
  /** 32 bits that make the clients of this run different from those of others. */
  readonly run: number;
  /** The clients' time, epoch ms: that of the estate. */
  readonly now: () => number;
}

/**
 * The requests of a load run by number: clients LOAD-00001 and so on with CMIDs of their own.
 * @throws EstateError for an unknown product, ServeRefusal for one without KMS
 */
export function loadRequests(options: LoadClients): (index: number) => ActivationRequest {
  const { catalogue, clients, run, now } = options;
  const edition = requireEdition(catalogue, options.product);
  const activationId = activationIdOf(catalogue, edition);
  const first = run.toString(16).padStart(8, '0');
  return (index) => {
    const client = (index % clients) + 1;
    return {
      clientMachineId: `${first}-0000-4000-8000-${client.toString(16).padStart(12, '0')}`,
      previousClientMachineId: null,
      machineName: `LOAD-${String(client).padStart(5, '0')}`,
      licenseStatus: 2,
      minutesRemaining: minutesOfGrace,
      activationId,
      applicationId: edition.applicationId,
      requiredClientCount: edition.threshold,
      isVirtualMachine: false,
      clientTime: now(),
    };
  };
}

function activationIdOf(catalogue: Catalogue, edition: Edition): string {
  try {
    return catalogue.sku(edition, 'gvlk').activationId;
  } catch {
    throw new ServeRefusal(`${edition.friendlyName} has no KMS client: choose another --product.`);
  }
}
