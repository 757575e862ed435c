import type { KmsClientFacts, KmsHostFacts, ProductFacts, ServiceFacts } from '../../licensing/facts';
import { subscriptionEnd, subscriptionStatusName, subscriptionTypeName } from '../../licensing/subscription';
import { effectiveKmsPort } from '../../licensing/windows';
import type { LicenseData, ProductData, ServiceData } from '../schemas/license';
import type { CommandResult } from '../../verbs/run';
import { activationTypeState, errorOrNull, isoOrNull, licenseStatusState, textOrNull } from './values';

/** Data of /dli, /dlv and /xpr: all facts, whether or not the text shows them. */
export function licenseDataOf(results: readonly CommandResult[]): LicenseData {
  const service = results.find((result) => result.kind === 'service')?.service ?? null;
  const products = results.flatMap((result) =>
    result.kind === 'license-information' || result.kind === 'expiration' ? [result.product] : [],
  );
  return {
    service: service === null ? null : serviceData(service),
    products: products.map((product) => productData(product, service)),
  };
}

function serviceData(service: ServiceFacts): ServiceData {
  return {
    version: textOrNull(service.version),
    clientMachineId: textOrNull(service.clientMachineId),
    remainingWindowsRearmCount: service.remainingWindowsRearmCount,
    hostCaching: service.hostCaching,
    kmsMachine: textOrNull(service.kmsMachine),
    kmsPort: service.kmsPort === 0 ? null : service.kmsPort,
    kmsLookupDomain: textOrNull(service.kmsLookupDomain),
    listeningPort: effectiveKmsPort(service.listeningPort),
    dnsPublishing: service.dnsPublishing,
    priority: service.lowPriority ? 'low' : 'normal',
    subscription: subscriptionData(service.subscription),
  };
}

function subscriptionData(subscription: ServiceFacts['subscription']): ServiceData['subscription'] {
  if (subscription === null) return null;
  const { edition, type, status, expiry } = subscription;
  return {
    edition: textOrNull(edition),
    type: { code: type, name: subscriptionTypeName(type) },
    status: { code: status, name: subscriptionStatusName(status) },
    expiresAt: isoOrNull(subscriptionEnd(subscription)) ?? textOrNull(expiry),
  };
}

function productData(product: ProductFacts, service: ServiceFacts | null): ProductData {
  const { urls } = product;
  return {
    activationId: product.activationId,
    applicationId: product.applicationId,
    name: product.name,
    description: product.description,
    channel: product.channel,
    productKeyChannel: textOrNull(product.productKeyChannel),
    partialProductKey: textOrNull(product.partialProductKey),
    isAddon: product.isAddon,
    additionalInformation: textOrNull(product.additionalInformation),
    extendedPid: textOrNull(product.extendedPid),
    installationId: textOrNull(product.installationId),
    urls: {
      processor: textOrNull(urls.processor),
      machine: textOrNull(urls.machine),
      useLicense: textOrNull(urls.useLicense),
      productKey: textOrNull(urls.productKey),
      validation: textOrNull(urls.validation),
    },
    licenseStatus: licenseStatusState(product.licenseStatus),
    licenseStatusReason: errorOrNull(product.licenseStatusReason),
    graceMinutesRemaining: product.graceMinutes,
    expiresAt: isoOrNull(product.expiresAt),
    evaluationEndDate: isoOrNull(product.evaluationEnd),
    trustedTime: isoOrNull(product.trustedTime),
    remainingAppRearmCount: product.remainingAppRearmCount,
    remainingSkuRearmCount: product.remainingSkuRearmCount,
    configuredActivationType: activationTypeState(product.configuredActivationType),
    lastActivationType: activationTypeState(product.lastActivationType),
    ...activationData(product, service),
  };
}

type ActivationData = Pick<
  ProductData,
  'kmsClient' | 'kmsHost' | 'token' | 'activeDirectory' | 'automaticVmActivation'
>;

function activationData(product: ProductFacts, service: ServiceFacts | null): ActivationData {
  const { token, directory, automaticVm } = product;
  return {
    kmsClient: product.channel === 'kms-client' ? kmsClientData(product.kmsClient, service) : null,
    kmsHost: product.kmsHost === null ? null : kmsHostData(product.kmsHost, service),
    token:
      token === null
        ? null
        : {
            ilid: textOrNull(token.ilid),
            ilvid: token.ilvid,
            grantNumber: token.grantNumber,
            certificateThumbprint: textOrNull(token.certificateThumbprint),
          },
    activeDirectory:
      directory.objectName === '' && directory.objectDn === ''
        ? null
        : {
            objectName: textOrNull(directory.objectName),
            objectDn: textOrNull(directory.objectDn),
            csvlkExtendedPid: textOrNull(directory.csvlkPid),
            csvlkActivationId: textOrNull(directory.csvlkSkuId),
          },
    automaticVmActivation:
      product.channel === 'automatic-vm'
        ? {
            iaid: textOrNull(automaticVm.iaid),
            hostMachineName: textOrNull(automaticVm.hostMachineName),
            lastActivation: isoOrNull(automaticVm.lastActivation),
            hostDigitalPid2: textOrNull(automaticVm.hostDigitalPid2),
          }
        : null,
  };
}

function kmsClientData(client: KmsClientFacts, service: ServiceFacts | null): ProductData['kmsClient'] {
  return {
    lookupDomain: textOrNull(client.lookupDomain),
    registeredMachine: textOrNull(client.registeredMachine),
    registeredPort: client.registeredMachine === '' ? null : effectiveKmsPort(client.registeredPort),
    discoveredMachine: textOrNull(client.discoveredMachine),
    discoveredPort: client.discoveredPort === 0 ? null : client.discoveredPort,
    discoveredAddress: textOrNull(client.discoveredAddress),
    hostExtendedPid: textOrNull(client.hostExtendedPid),
    activationIntervalMinutes: client.activationInterval,
    renewalIntervalMinutes: client.renewalInterval,
    hostCaching: service?.hostCaching ?? false,
  };
}

function kmsHostData(host: KmsHostFacts, service: ServiceFacts | null): ProductData['kmsHost'] {
  return {
    currentCount: host.currentCount,
    listeningPort: effectiveKmsPort(service?.listeningPort ?? null),
    dnsPublishing: service?.dnsPublishing ?? false,
    priority: service?.lowPriority === true ? 'low' : 'normal',
    requests: host.requests,
  };
}
