import { applicationId, generationFacts, windows7Era } from '../../licensing/catalogue/generations';
import { hostGroups } from '../../licensing/catalogue/host-groups';
import type { Catalogue, Edition, HostGroupId, Sku } from '../../licensing/catalogue/types';
import type { ActivationId, MachineState, ProductState } from './state';

/** The machine's edition of Windows: the first that was installed. */
export function windowsEdition(machine: MachineState, catalogue: Catalogue): Edition {
  const [first] = machine.editions;
  if (first === undefined) throw new RangeError(`${machine.name} has no edition of Windows`);
  return catalogue.edition(first);
}

/** A product of the machine by activation ID in any case. */
export function findProduct(machine: MachineState, activationId: string): ProductState | undefined {
  const wanted = activationId.toLowerCase();
  return machine.products.find((product) => product.activationId === wanted);
}

/** The machine with one product in place of the one with its activation ID. */
export function replaceProduct(machine: MachineState, product: ProductState): MachineState {
  return {
    ...machine,
    products: machine.products.map((each) => (each.activationId === product.activationId ? product : each)),
  };
}

/** The machine with every product changed. */
export function mapProducts(
  machine: MachineState,
  change: (product: ProductState) => ProductState,
): MachineState {
  return { ...machine, products: machine.products.map(change) };
}

/**
 * The licence of the catalogue that a product is. Its activation ID tells which: a host key's licence keeps the group
 * that it was installed for when another key takes its place.
 */
export function skuOf(product: ProductState, catalogue: Catalogue): Sku {
  const edition = catalogue.edition(product.edition);
  const sku = (group?: HostGroupId): Sku => catalogue.sku(edition, product.channel, group);
  const isIt = ({ activationId }: Sku): boolean => activationId === product.activationId;
  const own = sku(product.kmsHost?.group);
  if (product.channel !== 'csvlk' || isIt(own)) return own;
  const group = hostGroups.find(({ id }) => isIt(sku(id)));
  return group === undefined ? own : sku(group.id);
}

/** Application that a product belongs to. */
export function applicationOf(product: ProductState, catalogue: Catalogue): string {
  return catalogue.edition(product.edition).applicationId;
}

/** Whether a product is Windows itself. */
export function isWindows(product: ProductState, catalogue: Catalogue): boolean {
  return applicationOf(product, catalogue) === applicationId.windows;
}

/** Vista and Server 2008: they activate only as administrator (K11.7) and read SRV records at random (K6.12). */
export function isVistaEra(machine: Pick<MachineState, 'generation'>): boolean {
  return generationFacts(machine.generation).era < windows7Era;
}

/** Whether the licensing service runs: with its machine, unless it alone was stopped. */
export function isServiceRunning(machine: Pick<MachineState, 'running' | 'serviceStopped'>): boolean {
  return machine.running && machine.serviceStopped !== true;
}

/** Products that hold a KMS host key (K3.7). */
export function hostProducts(machine: MachineState): readonly ProductState[] {
  return machine.products.filter((product) => product.kmsHost !== null && product.key !== null);
}

/** Brands the text of a catalogue's activation ID. */
export function activationIdOf(sku: Sku): ActivationId {
  return sku.activationId as ActivationId;
}
