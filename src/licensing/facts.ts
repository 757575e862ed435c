import { channelOf, type DescribedChannel } from './channel';
import { serviceProperties, productProperties } from './cim-classes';
import { parseDmtf, type CimInstant } from './dmtf';
import { isLicenseStatusCode } from './license-status';
import type { Instance } from './provider';
import { subscriptionOf, type SubscriptionFacts } from './subscription';
import { flagOf, numberOf, textOf } from './values';
import { windowsApplicationId } from './windows';

/** What the licensing service as a whole says. Texts are "" and numbers null where the service says nothing. */
export interface ServiceFacts {
  readonly version: string;
  readonly clientMachineId: string;
  readonly remainingWindowsRearmCount: number | null;
  readonly hostCaching: boolean;
  readonly kmsMachine: string;
  readonly kmsPort: number | null;
  readonly kmsLookupDomain: string;
  readonly listeningPort: number | null;
  readonly dnsPublishing: boolean;
  readonly lowPriority: boolean;
  /** Null where no edition is granted by a subscription. */
  readonly subscription: SubscriptionFacts | null;
}

/** What a product knows as a KMS client. Intervals in minutes. */
export interface KmsClientFacts {
  readonly lookupDomain: string;
  readonly registeredMachine: string;
  readonly registeredPort: number | null;
  readonly discoveredMachine: string;
  readonly discoveredPort: number | null;
  readonly discoveredAddress: string;
  readonly hostExtendedPid: string;
  readonly activationInterval: number | null;
  readonly renewalInterval: number | null;
}

/** What a product knows as a KMS host. */
export interface KmsHostFacts {
  readonly currentCount: number | null;
  /** Cumulative requests; null where the machine keeps no counters. */
  readonly requests: KmsRequestCounters | null;
}

interface KmsRequestCounters {
  readonly total: number | null;
  readonly failed: number | null;
  readonly unlicensed: number | null;
  readonly licensed: number | null;
  readonly initialGrace: number | null;
  readonly additionalGrace: number | null;
  readonly nonGenuineGrace: number | null;
  readonly notification: number | null;
}

export interface TokenFacts {
  readonly ilid: string;
  readonly ilvid: number | null;
  readonly grantNumber: number | null;
  readonly certificateThumbprint: string;
}

export interface DirectoryActivationFacts {
  readonly objectName: string;
  readonly objectDn: string;
  readonly csvlkPid: string;
  readonly csvlkSkuId: string;
}

export interface AutomaticVmFacts {
  readonly iaid: string;
  readonly hostMachineName: string;
  readonly lastActivation: CimInstant;
  readonly hostDigitalPid2: string;
}

/** Everything that /dli, /dlv and /xpr know of one product, whether or not the text shows it. */
export interface ProductFacts {
  readonly activationId: string;
  readonly applicationId: string;
  readonly name: string;
  readonly description: string;
  readonly channel: DescribedChannel;
  readonly productKeyChannel: string;
  readonly partialProductKey: string;
  /** Null where this build of Windows cannot say. */
  readonly isAddon: boolean | null;
  readonly additionalInformation: string;
  readonly extendedPid: string;
  readonly installationId: string;
  readonly urls: ProductUrls;
  readonly licenseStatus: number;
  readonly licenseStatusReason: number;
  readonly graceMinutes: number;
  /** When the minutes that remain are over, counted from the machine's now. Epoch milliseconds. */
  readonly graceEndsAt: number;
  /** The same; null where nothing runs out. */
  readonly expiresAt: number | null;
  readonly evaluationEnd: CimInstant;
  readonly trustedTime: CimInstant;
  readonly remainingAppRearmCount: number | null;
  readonly remainingSkuRearmCount: number | null;
  readonly configuredActivationType: number;
  readonly lastActivationType: number;
  readonly kmsClient: KmsClientFacts;
  /** Null where the product is no KMS host. */
  readonly kmsHost: KmsHostFacts | null;
  /** Null where the product was never activated by a token. */
  readonly token: TokenFacts | null;
  readonly directory: DirectoryActivationFacts;
  readonly automaticVm: AutomaticVmFacts;
}

interface ProductUrls {
  readonly processor: string;
  readonly machine: string;
  readonly useLicense: string;
  readonly productKey: string;
  readonly validation: string;
}

type Product = Instance<'SoftwareLicensingProduct'>;

/** The properties behind {@link serviceFactsOf}; token properties of the service say nothing that slmgr uses. */
export const factProperties = {
  service: serviceProperties.filter((name) => !name.startsWith('TokenActivation')),
  product: productProperties,
} as const;

/** Reads the service's facts. */
export function serviceFactsOf(service: Instance<'SoftwareLicensingService'>): ServiceFacts {
  return {
    version: textOf(service.Version),
    clientMachineId: textOf(service.ClientMachineID),
    remainingWindowsRearmCount: numberOf(service.RemainingWindowsReArmCount),
    hostCaching: flagOf(service.KeyManagementServiceHostCaching),
    kmsMachine: textOf(service.KeyManagementServiceMachine),
    kmsPort: numberOf(service.KeyManagementServicePort),
    kmsLookupDomain: textOf(service.KeyManagementServiceLookupDomain),
    listeningPort: numberOf(service.KeyManagementServiceListeningPort),
    dnsPublishing: flagOf(service.KeyManagementServiceDnsPublishing),
    lowPriority: flagOf(service.KeyManagementServiceLowPriority),
    subscription: subscriptionOf(service),
  };
}

/** Reads a product's facts; `now` (epoch milliseconds) is what the minutes that remain are counted from. */
export function productFactsOf(product: Product, now: number): ProductFacts {
  const description = textOf(product.Description);
  const licenseStatus = numberOf(product.LicenseStatus) ?? unknownStatus;
  const graceMinutes = minutesOf(product.GracePeriodRemaining);
  const graceEndsAt = Math.max(0, now + graceMinutes * 60_000);
  return {
    activationId: textOf(product.ID),
    applicationId: textOf(product.ApplicationID),
    name: textOf(product.Name),
    description,
    channel: channelOf(description),
    productKeyChannel: textOf(product.ProductKeyChannel),
    partialProductKey: textOf(product.PartialProductKey),
    isAddon: addonOf(product),
    additionalInformation: textOf(product.TokenActivationAdditionalInfo),
    extendedPid: textOf(product.ProductKeyID),
    installationId: textOf(product.OfflineInstallationId),
    urls: urlsOf(product),
    licenseStatus,
    licenseStatusReason: (numberOf(product.LicenseStatusReason) ?? 0) >>> 0,
    graceMinutes,
    graceEndsAt,
    expiresAt: runsOut(licenseStatus, graceMinutes) ? graceEndsAt : null,
    evaluationEnd: parseDmtf(textOf(product.EvaluationEndDate)),
    trustedTime: parseDmtf(textOf(product.TrustedTime)),
    remainingAppRearmCount: numberOf(product.RemainingAppReArmCount),
    remainingSkuRearmCount: numberOf(product.RemainingSkuReArmCount),
    configuredActivationType: numberOf(product.VLActivationTypeEnabled) ?? 0,
    lastActivationType: numberOf(product.VLActivationType) ?? 0,
    kmsClient: kmsClientOf(product),
    kmsHost: kmsHostOf(product),
    token: tokenOf(product),
    directory: directoryOf(product),
    automaticVm: automaticVmOf(product),
  };
}

/** Whether a product is an add-on (ESU for example); null where the machine's build lacks the property. */
export function addonOf(product: Product): boolean | null {
  return product.LicenseIsAddon === undefined ? null : flagOf(product.LicenseIsAddon);
}

/** True for Windows itself, its add-ons included. */
export function isWindows(product: Pick<Product, 'ApplicationID'>): boolean {
  return textOf(product.ApplicationID).toLowerCase() === windowsApplicationId;
}

/** The status of a product that does not say: none of the class page's. */
const unknownStatus = -1;

/** Minutes, within the 32 bits that the class gives them; 0 where the machine says nothing. */
function minutesOf(value: Product['GracePeriodRemaining']): number {
  const minutes = numberOf(value) ?? 0;
  return Math.trunc(Math.min(Math.max(minutes, -0x80000000), 0x7fffffff));
}

/** A grace always ends; an activation does where minutes are told. */
function runsOut(status: number, minutes: number): boolean {
  if (!isLicenseStatusCode(status) || status === 0 || status === 5) return false;
  return status !== 1 || minutes !== 0;
}

function urlsOf(product: Product): ProductUrls {
  return {
    processor: textOf(product.ProcessorURL),
    machine: textOf(product.MachineURL),
    useLicense: textOf(product.UseLicenseURL),
    productKey: textOf(product.ProductKeyURL),
    validation: textOf(product.ValidationURL),
  };
}

function kmsClientOf(product: Product): KmsClientFacts {
  return {
    lookupDomain: textOf(product.KeyManagementServiceLookupDomain),
    registeredMachine: textOf(product.KeyManagementServiceMachine),
    registeredPort: numberOf(product.KeyManagementServicePort),
    discoveredMachine: textOf(product.DiscoveredKeyManagementServiceMachineName),
    discoveredPort: numberOf(product.DiscoveredKeyManagementServiceMachinePort),
    discoveredAddress: textOf(product.DiscoveredKeyManagementServiceMachineIpAddress),
    hostExtendedPid: textOf(product.KeyManagementServiceProductKeyID),
    activationInterval: numberOf(product.VLActivationInterval),
    renewalInterval: numberOf(product.VLRenewalInterval),
  };
}

function kmsHostOf(product: Product): KmsHostFacts | null {
  if (!flagOf(product.IsKeyManagementServiceMachine)) return null;
  const total = numberOf(product.KeyManagementServiceTotalRequests);
  return {
    currentCount: numberOf(product.KeyManagementServiceCurrentCount),
    requests:
      total === null
        ? null
        : {
            total,
            failed: numberOf(product.KeyManagementServiceFailedRequests),
            unlicensed: numberOf(product.KeyManagementServiceUnlicensedRequests),
            licensed: numberOf(product.KeyManagementServiceLicensedRequests),
            initialGrace: numberOf(product.KeyManagementServiceOOBGraceRequests),
            additionalGrace: numberOf(product.KeyManagementServiceOOTGraceRequests),
            nonGenuineGrace: numberOf(product.KeyManagementServiceNonGenuineGraceRequests),
            notification: numberOf(product.KeyManagementServiceNotificationRequests),
          },
  };
}

function tokenOf(product: Product): TokenFacts | null {
  const ilvid = numberOf(product.TokenActivationILVID);
  if (ilvid === null || ilvid === -1) return null;
  return {
    ilid: textOf(product.TokenActivationILID),
    ilvid,
    grantNumber: numberOf(product.TokenActivationGrantNumber),
    certificateThumbprint: textOf(product.TokenActivationCertificateThumbprint),
  };
}

function directoryOf(product: Product): DirectoryActivationFacts {
  return {
    objectName: textOf(product.ADActivationObjectName),
    objectDn: textOf(product.ADActivationObjectDN),
    csvlkPid: textOf(product.ADActivationCsvlkPid),
    csvlkSkuId: textOf(product.ADActivationCsvlkSkuId),
  };
}

function automaticVmOf(product: Product): AutomaticVmFacts {
  return {
    iaid: textOf(product.IAID),
    hostMachineName: textOf(product.AutomaticVMActivationHostMachineName),
    lastActivation: parseDmtf(textOf(product.AutomaticVMActivationLastActivationTime)),
    hostDigitalPid2: textOf(product.AutomaticVMActivationHostDigitalPid2),
  };
}
