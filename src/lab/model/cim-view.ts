import {
  type ClassName,
  type ProductProperty,
  type PropertiesOfClass,
  type ServiceProperty,
  type TokenLicenseProperty,
} from '../../licensing/cim-classes';
import { formatDmtf } from '../../licensing/dmtf';
import type { Catalogue, Sku } from '../../licensing/catalogue/types';
import type { Instance, InstanceFilter, InstanceQuery } from '../../licensing/provider';
import { discoveredPart, productRow, type Row, tokenPart, type ViewContext } from './cim-product';
import { hostProducts, isWindows, skuOf, windowsEdition } from './machine';
import { noKmsHost } from './product';
import { registryName, registryText } from './registry';
import { isHostCachingOn, loadHostSettings, registeredHost, registeredListeningPort } from './settings';
import type { MachineState, ProductState, Registry, TokenLicense } from './state';
import { currentSubscription } from './subscription';
import { activationInterval, renewalInterval } from './timers';

/** Windows' own product with a key, host keys last: what the service's client properties speak of. */
function primaryProduct(machine: MachineState, catalogue: Catalogue): ProductState | undefined {
  const keyed = machine.products.filter((product) => product.key !== null && isWindows(product, catalogue));
  return keyed.find(({ channel }) => channel === 'gvlk') ?? keyed[0];
}

function hostFacts(
  machine: MachineState,
  host: ProductState | undefined,
  view: ViewContext,
): Partial<Row<ServiceProperty>> {
  const { registry } = machine;
  const configured = loadHostSettings(registry);
  return {
    IsKeyManagementServiceMachine: host === undefined ? 0 : 1,
    KeyManagementServiceCurrentCount: host === undefined ? -1 : view.counts.currentCount(host.activationId),
    KeyManagementServiceListeningPort: registeredListeningPort(registry) ?? 0,
    KeyManagementServiceDnsPublishing: configured.dnsPublishing,
    KeyManagementServiceLowPriority: configured.lowPriority,
  };
}

function registeredFacts(registry: Registry): Partial<Row<ServiceProperty>> {
  const registered = registeredHost(registry, {});
  return {
    KeyManagementServiceHostCaching: isHostCachingOn(registry),
    KeyManagementServiceMachine: registered.name,
    KeyManagementServicePort: registered.port ?? 0,
    KeyManagementServiceLookupDomain: registryText(registry, registryName.lookupDomain),
  };
}

function clientFacts(
  machine: MachineState,
  product: ProductState | undefined,
): Partial<Row<ServiceProperty>> {
  const client = product?.kmsClient ?? noKmsHost;
  return {
    KeyManagementServiceProductKeyID: client.hostPid,
    VLActivationInterval: activationInterval(machine, client),
    VLRenewalInterval: renewalInterval(machine, client),
    ...discoveredPart(client.discovered),
    ...tokenPart(product?.token ?? null),
  };
}

/** The numbers and words of a machine that has no subscription. */
const noSubscription = {
  SubscriptionEdition: 'UNSPECIFIED',
  SubscriptionType: 120,
  SubscriptionStatus: 120,
  SubscriptionExpiry: '<unspecified>',
};

function subscriptionFacts(machine: MachineState, now: number): Row<keyof typeof noSubscription> {
  const subscription = currentSubscription(machine, now);
  if (subscription === null) return noSubscription;
  const { edition, type, status, endsAt } = subscription;
  return {
    SubscriptionEdition: edition,
    SubscriptionType: type,
    SubscriptionStatus: status,
    SubscriptionExpiry: endsAt === null ? noSubscription.SubscriptionExpiry : new Date(endsAt).toISOString(),
  };
}

/** The one SoftwareLicensingService row: all properties, an absent text null. */
export function serviceRow(machine: MachineState, view: ViewContext): Row<ServiceProperty> {
  const { catalogue } = view;
  const hosts = hostProducts(machine);
  const host = hosts.find((each) => isWindows(each, catalogue)) ?? hosts[0];
  const row: Partial<Row<ServiceProperty>> = {
    Version: machine.version,
    ClientMachineID: machine.cmid,
    RemainingWindowsReArmCount: machine.windowsRearmsLeft,
    PolicyCacheRefreshRequired: 0,
    RequiredClientCount: windowsEdition(machine, catalogue).threshold,
    ...subscriptionFacts(machine, view.now),
    ...registeredFacts(machine.registry),
    ...clientFacts(machine, primaryProduct(machine, catalogue)),
    ...(host?.key == null ? {} : { KeyManagementServiceProductKeyID: host.key.pid }),
    ...hostFacts(machine, host, view),
  };
  return row as Row<ServiceProperty>;
}

function tokenRow(license: TokenLicense): Row<TokenLicenseProperty> {
  return {
    ID: license.id,
    ILID: license.ilid,
    ILVID: license.ilvid,
    ExpirationDate: formatDmtf(license.expiresAt),
    AdditionalInfo: license.additionalInfo === '' ? null : license.additionalInfo,
    AuthorizationStatus: license.authorizationStatus | 0,
    Description: license.description === '' ? null : license.description,
  };
}

interface ProductRowSource {
  readonly sku: Sku;
  readonly product: ProductState | undefined;
}

/** The machine's licences in the order of enumeration: by edition, those with a state before the bare ones. */
function* licensesOf(machine: MachineState, catalogue: Catalogue): Iterable<ProductRowSource> {
  for (const id of machine.editions) {
    const products = machine.products.filter((product) => product.edition === id);
    for (const product of products) yield { sku: skuOf(product, catalogue), product };
    const known = new Set<string>(products.map(({ activationId }) => activationId));
    for (const sku of catalogue.skusOf(catalogue.edition(id))) {
      if (!known.has(sku.activationId)) yield { sku, product: undefined };
    }
  }
}

function* keyedLicenses(machine: MachineState, catalogue: Catalogue): Iterable<ProductRowSource> {
  for (const id of machine.editions) {
    for (const product of machine.products) {
      if (product.edition === id && product.key !== null) yield { sku: skuOf(product, catalogue), product };
    }
  }
}

function* productRows(
  machine: MachineState,
  filter: InstanceFilter,
  view: ViewContext,
): Iterable<Row<ProductProperty>> {
  const { catalogue } = view;
  const sources =
    filter.kind === 'has-product-key' ? keyedLicenses(machine, catalogue) : licensesOf(machine, catalogue);
  const wanted = filter.kind === 'id' ? filter.id.toLowerCase() : null;
  for (const { sku, product } of sources) {
    if (wanted === null || sku.activationId === wanted) yield productRow(machine, sku, product, view);
  }
}

function isWanted(id: string, filter: InstanceFilter): boolean {
  return filter.kind !== 'id' || id.toLowerCase() === filter.id.toLowerCase();
}

function* rowsOf(
  machine: MachineState,
  query: { readonly class: ClassName; readonly filter: InstanceFilter },
  view: ViewContext,
): Iterable<Row<string>> {
  switch (query.class) {
    case 'SoftwareLicensingService':
      if (isWanted(machine.version, query.filter)) yield serviceRow(machine, view);
      return;
    case 'SoftwareLicensingProduct':
      yield* productRows(machine, query.filter, view);
      return;
    case 'SoftwareLicensingTokenActivationLicense':
      for (const license of machine.tokenLicenses)
        if (isWanted(license.id, query.filter)) yield tokenRow(license);
  }
}

function projected<P extends string>(row: Row<string>, select: readonly P[]): Partial<Row<P>> {
  const chosen: Partial<Record<P, Row<string>[string]>> = {};
  for (const name of select) {
    const value = row[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/**
 * Answers a query of the licensing classes from a machine's state, with the chosen properties, as its Windows would:
 * texts that are not there null, dates in DMTF, numbers as signed 32 bits.
 */
export function queryMachine<C extends ClassName>(
  machine: MachineState,
  query: InstanceQuery<C>,
  view: ViewContext,
): readonly Instance<C>[] {
  const select: readonly PropertiesOfClass[C][] = query.select;
  const installationIds = (select as readonly string[]).includes('OfflineInstallationId');
  return Array.from(
    rowsOf(machine, query, { ...view, installationIds }),
    (row) => projected(row, select) as Instance<C>,
  );
}
