import type { ProductProperty } from '../../licensing/cim-classes';
import { formatDmtf } from '../../licensing/dmtf';
import type { Channel, Sku } from '../../licensing/catalogue/types';
import type { CimValue } from '../../licensing/provider';
import type { ModelContext } from './context';
import { modelError } from './errors';
import { installationIdOf } from './installation';
import { machineTime, settingScopes } from './kms-client';
import { partialKey } from './keys';
import { minutesLeft } from './license';
import { activationIdOf } from './machine';
import { registryName, registryText, scopedName, type SettingScope } from './registry';
import { enabledActivationType, registeredHost } from './settings';
import {
  type AdActivation,
  type DiscoveredHost,
  licenseStatusCode,
  type MachineState,
  type ProductState,
  type TokenActivation,
} from './state';
import { activationInterval, renewalInterval } from './timers';

/** Facts of the KMS host's counting, which the estate keeps beside the machine. */
export interface CountFacts {
  /** KeyManagementServiceCurrentCount of a host product by activation ID; -1: off, or nobody asked yet (K2.9). */
  readonly currentCount: (activationId: string) => number;
}

/** What a view is made from. */
export interface ViewContext extends Pick<ModelContext, 'now' | 'catalogue'> {
  readonly counts: CountFacts;
  /** False leaves OfflineInstallationId null: reading the key for it takes the whole catalogue. */
  readonly installationIds?: boolean;
}

/** A row with every property of the class. */
export type Row<P extends string> = Readonly<Record<P, CimValue>>;

/** An unsigned 32-bit value of which the class says "not available". */
const notAvailable = -1;
const noDate = formatDmtf(null);

const activationServer = 'https://activation-v2.sls.microsoft.com/SLActivateProduct/SLActivateProduct.asmx';
const noUrls = {
  ProcessorURL: null,
  MachineURL: null,
  UseLicenseURL: null,
  ProductKeyURL: null,
  ValidationURL: null,
};
const microsoftUrls = {
  ProcessorURL: 'http://go.microsoft.com/fwlink/?LinkID=88341',
  MachineURL: 'http://go.microsoft.com/fwlink/?LinkID=88342',
  UseLicenseURL: `${activationServer}?configextension=Retail`,
  ProductKeyURL: 'http://go.microsoft.com/fwlink/?LinkID=88344',
  ValidationURL: 'https://validation-v2.sls.microsoft.com/SLWGA/slwga.asmx',
};

function urlsOf(channel: Channel): typeof noUrls | typeof microsoftUrls {
  return channel === 'gvlk' || channel === 'avma' ? noUrls : microsoftUrls;
}

const noHostCounters = {
  KeyManagementServiceTotalRequests: null,
  KeyManagementServiceFailedRequests: null,
  KeyManagementServiceUnlicensedRequests: null,
  KeyManagementServiceLicensedRequests: null,
  KeyManagementServiceOOBGraceRequests: null,
  KeyManagementServiceOOTGraceRequests: null,
  KeyManagementServiceNonGenuineGraceRequests: null,
  KeyManagementServiceNotificationRequests: null,
};

function hostPart(product: ProductState | undefined, counts: CountFacts): Partial<Row<ProductProperty>> {
  if (product?.kmsHost == null) {
    return {
      IsKeyManagementServiceMachine: 0,
      KeyManagementServiceCurrentCount: notAvailable,
      ...noHostCounters,
    };
  }
  const { requests } = product.kmsHost;
  return {
    IsKeyManagementServiceMachine: 1,
    KeyManagementServiceCurrentCount: counts.currentCount(product.activationId),
    KeyManagementServiceTotalRequests: requests.total,
    KeyManagementServiceFailedRequests: requests.failed,
    KeyManagementServiceUnlicensedRequests: requests.unlicensed,
    KeyManagementServiceLicensedRequests: requests.licensed,
    KeyManagementServiceOOBGraceRequests: requests.oobGrace,
    KeyManagementServiceOOTGraceRequests: requests.ootGrace,
    KeyManagementServiceNonGenuineGraceRequests: requests.nonGenuineGrace,
    KeyManagementServiceNotificationRequests: requests.notification,
  };
}

/** KMS settings in force for the product: its own, else those of its application, else the machine's (K6.1 to K6.3). */
function registeredPart(
  machine: MachineState,
  scopes: readonly SettingScope[],
): Partial<Row<ProductProperty>> {
  const hosts = scopes.map((scope) => registeredHost(machine.registry, scope));
  const zones = scopes.map((scope) =>
    registryText(machine.registry, scopedName(registryName.lookupDomain, scope)),
  );
  return {
    KeyManagementServiceMachine: hosts.find(({ name }) => name !== null)?.name ?? null,
    KeyManagementServicePort: hosts.find(({ port }) => port !== null)?.port ?? 0,
    KeyManagementServiceLookupDomain: zones.find((zone) => zone !== null) ?? null,
    VLActivationTypeEnabled: enabledActivationType(machine.registry, scopes),
  };
}

/** The discovered host, the same on product and service. */
export function discoveredPart(
  discovered: DiscoveredHost | null,
): Row<
  | 'DiscoveredKeyManagementServiceMachineName'
  | 'DiscoveredKeyManagementServiceMachinePort'
  | 'DiscoveredKeyManagementServiceMachineIpAddress'
> {
  return {
    DiscoveredKeyManagementServiceMachineName: discovered?.name ?? null,
    DiscoveredKeyManagementServiceMachinePort: discovered?.port ?? 0,
    DiscoveredKeyManagementServiceMachineIpAddress: discovered?.address ?? null,
  };
}

function clientPart(machine: MachineState, product: ProductState): Partial<Row<ProductProperty>> {
  const { discovered, hostPid } = product.kmsClient;
  return {
    ...discoveredPart(discovered),
    VLActivationInterval: activationInterval(machine, product.kmsClient),
    VLRenewalInterval: renewalInterval(machine, product.kmsClient),
    VLActivationType: product.activationType,
    KeyManagementServiceProductKeyID: product.kmsHost === null ? hostPid : (product.key?.pid ?? null),
  };
}

const noToken = {
  TokenActivationILID: null,
  TokenActivationILVID: notAvailable,
  TokenActivationGrantNumber: notAvailable,
  TokenActivationCertificateThumbprint: null,
  TokenActivationAdditionalInfo: null,
};

/** The token properties, the same on product and service. */
export function tokenPart(token: TokenActivation | null): Row<keyof typeof noToken> {
  if (token === null) return noToken;
  return {
    TokenActivationILID: token.ilid,
    TokenActivationILVID: token.ilvid,
    TokenActivationGrantNumber: token.grantNumber,
    TokenActivationCertificateThumbprint: token.thumbprint,
    TokenActivationAdditionalInfo: token.additionalInfo,
  };
}

const noAd = {
  ADActivationObjectName: null,
  ADActivationObjectDN: null,
  ADActivationCsvlkPid: null,
  ADActivationCsvlkSkuId: null,
};

function adPart(ad: AdActivation | null): Row<keyof typeof noAd> {
  if (ad === null) return noAd;
  return {
    ADActivationObjectName: ad.objectName,
    ADActivationObjectDN: ad.distinguishedName,
    ADActivationCsvlkPid: ad.csvlkPid,
    ADActivationCsvlkSkuId: ad.csvlkSkuId,
  };
}

const noAvma = {
  IAID: null,
  AutomaticVMActivationHostMachineName: null,
  AutomaticVMActivationLastActivationTime: noDate,
  AutomaticVMActivationHostDigitalPid2: null,
};

function avmaPart(product: ProductState): Row<keyof typeof noAvma> {
  if (product.avma === null) return noAvma;
  return {
    IAID: product.activationId,
    AutomaticVMActivationHostMachineName: product.avma.hostName,
    AutomaticVMActivationLastActivationTime: formatDmtf(product.avma.activatedAt),
    AutomaticVMActivationHostDigitalPid2: product.avma.hostPid,
  };
}

function skuPart(machine: MachineState, sku: Sku): Partial<Row<ProductProperty>> {
  const { edition } = sku;
  return {
    ID: sku.activationId,
    Name: sku.name,
    Description: sku.description,
    ApplicationID: edition.applicationId,
    LicenseIsAddon: sku.isAddon,
    LicenseFamily: edition.editionName,
    LicenseDependsOn: sku.isAddon ? (machine.editions[0] ?? null) : null,
    ...urlsOf(sku.channel),
    RequiredClientCount: sku.channel === 'gvlk' ? edition.threshold : 0,
    RemainingAppReArmCount: machine.applications[edition.applicationId]?.rearmsLeft ?? notAvailable,
    ExtendedGrace: 0,
  };
}

const noKey = {
  PartialProductKey: null,
  ProductKeyID: null,
  ProductKeyID2: null,
  ProductKeyChannel: null,
  OfflineInstallationId: null,
  TrustedTime: noDate,
};

function keyPart(
  machine: MachineState,
  product: ProductState,
  sku: Sku,
  view: ViewContext,
): Row<keyof typeof noKey> {
  const { key } = product;
  if (key === null) return noKey;
  return {
    PartialProductKey: partialKey(key.text),
    ProductKeyID: key.pid,
    ProductKeyID2: key.pid,
    ProductKeyChannel: sku.productKeyChannel,
    OfflineInstallationId:
      view.installationIds === false ? null : installationIdOf(machine, product, view.catalogue),
    TrustedTime: formatDmtf(machineTime(machine, view)),
  };
}

function licensePart(product: ProductState, now: number): Partial<Row<ProductProperty>> {
  const { license } = product;
  const isGenuine = license.status !== 'non-genuine-grace' && license.reason !== modelError.notGenuine;
  return {
    GracePeriodRemaining: minutesLeft(product, now),
    LicenseStatus: licenseStatusCode[license.status],
    LicenseStatusReason: license.reason | 0,
    GenuineStatus: isGenuine ? 0 : 1,
    EvaluationEndDate: formatDmtf(product.evaluationEndsAt),
    RemainingSkuReArmCount: product.skuRearmsLeft,
  };
}

const bareLicense = {
  ...noKey,
  ...noToken,
  ...noAd,
  ...noAvma,
  GracePeriodRemaining: 0,
  LicenseStatus: 0,
  LicenseStatusReason: modelError.keyNotInstalled | 0,
  GenuineStatus: 0,
  EvaluationEndDate: noDate,
  RemainingSkuReArmCount: notAvailable,
  VLActivationInterval: 0,
  VLRenewalInterval: 0,
  VLActivationType: 0,
  ...discoveredPart(null),
  KeyManagementServiceProductKeyID: null,
};

function statePart(
  machine: MachineState,
  product: ProductState,
  sku: Sku,
  view: ViewContext,
): Partial<Row<ProductProperty>> {
  return {
    ...keyPart(machine, product, sku, view),
    ...licensePart(product, view.now),
    ...clientPart(machine, product),
    ...tokenPart(product.token),
    ...adPart(product.ad),
    ...avmaPart(product),
  };
}

/**
 * The SoftwareLicensingProduct row of a licence: all properties, an absent text null.
 *
 * @param product undefined for a licence that never had a key
 */
export function productRow(
  machine: MachineState,
  sku: Sku,
  product: ProductState | undefined,
  view: ViewContext,
): Row<ProductProperty> {
  const scopes: readonly SettingScope[] =
    product === undefined
      ? [
          { applicationId: sku.edition.applicationId, activationId: activationIdOf(sku) },
          { applicationId: sku.edition.applicationId },
          {},
        ]
      : settingScopes(product, view);
  const row: Partial<Row<ProductProperty>> = {
    ...skuPart(machine, sku),
    ...(product === undefined ? bareLicense : statePart(machine, product, sku, view)),
    ...registeredPart(machine, scopes),
    ...hostPart(product, view.counts),
  };
  return row as Row<ProductProperty>;
}
