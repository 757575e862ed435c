import type { Catalogue } from '../../licensing/catalogue/types';
import type { EstateReader, EstateWriter, MintedKeyRecord } from '../estate/store-port';
import type { LabKey } from '../model/keys';
import { isWindows } from '../model/machine';
import { decideActivation } from '../model/microsoft';
import type { HypervisorAnswer, MicrosoftRequest, ModelRequest } from '../model/outside';
import type { MachineState } from '../model/state';
import type { Neighbours } from './network';
import type { ServiceAnswer } from './span';

/** What the services keep their books in. */
export type ServiceBooks = Pick<EstateReader, 'mintedKey' | 'activationObjects'> &
  Pick<EstateWriter, 'putMintedKey' | 'putActivationObject'>;

/** Books on a key that was not minted in this estate: from another one, or one that a machine came with. */
function unmintedKey(key: LabKey, now: number): MintedKeyRecord {
  return {
    text: key.text,
    kind: key.type,
    edition: key.edition?.friendlyName ?? null,
    hostGroup: key.hostGroup,
    mintedAt: now,
    pool: key.type === 'mak' ? key.pool : null,
    uses: {},
    isBlocked: false,
  };
}

function microsoft(
  books: ServiceBooks,
  { key, hardwareId, isException }: MicrosoftRequest,
  now: number,
): ServiceAnswer {
  const record = books.mintedKey(key.text) ?? unmintedKey(key, now);
  const { hresult: code, uses } = decideActivation(key, record.uses, {
    hardwareId,
    isBlocked: record.isBlocked,
    isException,
  });
  return {
    answer: { kind: 'microsoft', hresult: code },
    apply:
      code === 0
        ? (): void => {
            books.putMintedKey({ ...record, uses });
          }
        : null,
  };
}

function hypervisor(host: MachineState | null, catalogue: Catalogue): HypervisorAnswer {
  if (host?.running !== true) return { kind: 'hypervisor', host: null };
  const windows = host.products.find((product) => product.key !== null && isWindows(product, catalogue));
  const [edition] = host.editions;
  if (edition === undefined) return { kind: 'hypervisor', host: null };
  return {
    kind: 'hypervisor',
    host: {
      name: host.name,
      edition,
      licensed: windows?.license.status === 'licensed',
      pid: windows?.key?.pid ?? '',
    },
  };
}

/**
 * What a machine meets outside itself that is no KMS host, as the lab plays it: Microsoft's activation service with
 * its limits (K11.1, K11.6), the directory of its domain (K15.1), the hypervisor it runs on (K15.4).
 */
export function serveModelRequest(
  books: ServiceBooks,
  neighbours: Pick<Neighbours, 'catalogue' | 'findMachine'>,
  request: ModelRequest,
  now: number,
): ServiceAnswer {
  switch (request.kind) {
    case 'microsoft':
      return microsoft(books, request, now);
    case 'directory': {
      const objects = books.activationObjects(request.domain);
      return { answer: { kind: 'directory', reachable: true, supported: true, objects }, apply: null };
    }
    case 'directory-write': {
      const { domain, object } = request;
      return {
        answer: { kind: 'directory-write', hresult: 0 },
        apply: () => {
          books.putActivationObject(domain, object);
        },
      };
    }
    case 'hypervisor':
      return { answer: hypervisor(neighbours.findMachine(request.host), neighbours.catalogue), apply: null };
  }
}
