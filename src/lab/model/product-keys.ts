import { groupRunsOn, hostGroup } from '../../licensing/catalogue/host-groups';
import { generationFacts, generations } from '../../licensing/catalogue/generations';
import type { Catalogue, Edition, EditionId, HostGroupId, Sku } from '../../licensing/catalogue/types';
import type { Hresult } from '../../licensing/hresult';
import type { ModelContext } from './context';
import { modelError } from './errors';
import { parseKey, type LabKey } from './keys';
import { activationIdOf, findProduct, windowsEdition } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { keyedProduct, withoutKey } from './product';
import type { MachineState, ProductState } from './state';

/** The licence that a key selects on a machine, or the error of /ipk. */
type Selected = { readonly ok: true; readonly sku: Sku } | { readonly ok: false; readonly hresult: Hresult };

const refuse = (code: Hresult): Selected => ({ ok: false, hresult: code });

function installed(machine: MachineState, editions: readonly Edition[]): Edition | undefined {
  return editions.find(({ id }) => machine.editions.includes(id));
}

/** Office's host pack comes with its key where the machine's Windows carries it. */
function selectOfficeHost(group: HostGroupId, windows: Edition, catalogue: Catalogue): Selected {
  const pack = catalogue.editions.find(
    (edition) => edition.kind === 'office-host' && `office-${edition.release.generation}` === group,
  );
  if (pack === undefined || !groupRunsOn(hostGroup(group), windows))
    return refuse(modelError.skuNotInstalled);
  return { ok: true, sku: catalogue.sku(pack, 'csvlk') };
}

/** A KMS host key: on the systems of its group (K11.4), newer ones with the KMS update (K12.8). */
function selectHostKey(machine: MachineState, id: HostGroupId, catalogue: Catalogue): Selected {
  const windows = windowsEdition(machine, catalogue);
  const group = hostGroup(id);
  if (group.office !== null) return selectOfficeHost(id, windows, catalogue);
  // KMS 1.1 for Server 2003 is of Vista's time, and takes its keys.
  const own = Math.max(generationFacts(machine.generation).era, generations.vista.era);
  const isNewer = group.era > own;
  if (!groupRunsOn(group, windows))
    return refuse(isNewer ? modelError.skuNotInstalled : modelError.mismatchedSku);
  if (isNewer && !machine.kmsUpdates) return refuse(modelError.skuNotInstalled);
  return { ok: true, sku: catalogue.sku(windows, 'csvlk', id) };
}

function selectLabKey(machine: MachineState, key: LabKey, catalogue: Catalogue): Selected {
  if (key.hostGroup !== null) return selectHostKey(machine, key.hostGroup, catalogue);
  const { edition } = key;
  if (edition === null || key.type === 'csvlk') return refuse(modelError.invalidKey);
  const shared = edition.setupKey === null ? [] : catalogue.editionsOfSetupKey(edition.setupKey);
  const here = installed(machine, [edition, ...shared]);
  return here === undefined
    ? refuse(modelError.mismatchedSku)
    : { ok: true, sku: catalogue.sku(here, key.type) };
}

/** What a typed key would be on the machine: 0xC004F050 for what is no key, 0xC004F069 for another edition's. */
export function selectByKey(machine: MachineState, typed: string, catalogue: Catalogue): Selected {
  const parsed = parseKey(typed, catalogue);
  if (parsed.kind === 'invalid') return refuse(modelError.invalidKey);
  if (parsed.kind === 'lab') return selectLabKey(machine, parsed.key, catalogue);
  const here = installed(machine, parsed.editions);
  if (here === undefined) return refuse(modelError.mismatchedSku);
  return { ok: true, sku: catalogue.sku(here, parsed.kind === 'setup' ? 'gvlk' : 'avma') };
}

function withProduct(
  products: readonly ProductState[],
  product: ProductState,
  edition: EditionId,
): readonly ProductState[] {
  const others = products.map((each) => {
    if (each.activationId === product.activationId) return product;
    return each.edition === edition && each.key !== null ? withoutKey(each) : each;
  });
  return others.includes(product) ? others : [...others, product];
}

/**
 * Installs a product key; the key that the edition had goes without a question (K11.7).
 *
 * @param blocked keys that this lab has blocked: 0xC004F051
 */
export function installProductKey(
  machine: MachineState,
  typed: string,
  context: ModelContext,
  isBlocked: (key: string) => boolean = () => false,
): Outcome {
  const text = typed.trim().toUpperCase();
  if (isBlocked(text)) return failed(machine, modelError.blockedKey);
  const selected = selectByKey(machine, text, context.catalogue);
  if (!selected.ok) return failed(machine, selected.hresult);
  const { sku } = selected;
  const { id } = sku.edition;
  const editions = machine.editions.includes(id) ? machine.editions : [...machine.editions, id];
  const before = findProduct(machine, activationIdOf(sku));
  const product = keyedProduct(machine, sku, text, { before, context });
  return succeeded({
    ...machine,
    editions,
    products: withProduct(machine.products, product, id),
    keyInRegistry:
      sku.edition.kind === 'client' || sku.edition.kind === 'server'
        ? product.activationId
        : machine.keyInRegistry,
  });
}

/** Uninstalls the product's key (/upk): unlicensed, KMS host or client no more. */
export function uninstallProductKey(machine: MachineState, product: ProductState): Outcome {
  if (product.key === null) return failed(machine, modelError.keyNotInstalled);
  return succeeded({
    ...machine,
    products: machine.products.map((each) => (each === product ? withoutKey(product) : each)),
    keyInRegistry: machine.keyInRegistry === product.activationId ? null : machine.keyInRegistry,
  });
}
