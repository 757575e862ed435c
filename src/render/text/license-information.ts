import type { ProductFacts, ServiceFacts } from '../../licensing/facts';
import {
  activationTypeName,
  daysRoundedUp,
  wholeDays,
  isLicenseStatusCode,
  licenseStatuses,
} from '../../licensing/license-status';
import { formatLocalDateTime, type ZoneOffset } from '../../licensing/local-time';
import type { VerbResult } from '../../verbs/results';
import {
  subscriptionStatusName,
  subscriptionTypeName,
  type SubscriptionFacts,
} from '../../licensing/subscription';
import { windowsApplicationId } from '../../licensing/windows';
import { automaticVmLines, directoryClientLines, tokenClientLines } from './activation-information';
import { licensedWord } from './expiration';
import { kmsClientLines, kmsHostLines } from './kms-information';
import type { ScriptGeneration } from './script-generation';

const reasons: Readonly<Record<number, string>> = {
  0xc004f200: ' (non-genuine)',
  0xc004f009: ' (grace time expired)',
};

/** The block of /dli or /dlv about one product, with the empty lines around it. */
export function informationLines(
  { product, service, detailed, named }: Extract<VerbResult, { readonly kind: 'license-information' }>,
  zone: ZoneOffset,
  script: ScriptGeneration,
): readonly string[] {
  return [
    '',
    `Name: ${product.name}`,
    `Description: ${product.description}`,
    ...present('Additional Information', product.additionalInformation),
    ...(detailed ? identityLines(product, script) : []),
    product.partialProductKey === ''
      ? 'This license is not in use.'
      : `Partial Product Key: ${product.partialProductKey}`,
    ...statusLines(product, script),
    ...(detailed ? detailLines(product, service, { zone, script }) : []),
    ...activationLines(product, service, { zone, script }),
    ...kmsHostLines(product, service, script),
    ...(named ? [] : ['']),
  ];
}

/** The lines about a subscription, once behind all products. */
export function subscriptionLines({ edition, type, status, expiry }: SubscriptionFacts): readonly string[] {
  return [
    `Subscription edition: ${edition}`,
    `Subscription type: ${subscriptionTypeName(type)}`,
    `Subscription status: ${subscriptionStatusName(status)}`,
    `Subscription expiry: ${expiry === '' ? 'Unknown' : expiry}`,
  ];
}

function identityLines(product: ProductFacts, script: ScriptGeneration): readonly string[] {
  return [
    `Activation ID: ${product.activationId}`,
    `Application ID: ${product.applicationId}`,
    `Extended PID: ${product.extendedPid}`,
    ...(script.hasChannel ? [`Product Key Channel: ${product.productKeyChannel}`] : []),
    `Installation ID: ${product.installationId}`,
    ...urlLines(product, script),
  ];
}

/** Where Microsoft's servers are; KMS clients and guests of automatic activation never go there. */
function urlLines({ channel, urls }: ProductFacts, script: ScriptGeneration): readonly string[] {
  if (channel === 'kms-client' || channel === 'automatic-vm') return [];
  if (script.urls === 'four') {
    return [
      `Processor Certificate URL: ${urls.processor}`,
      `Machine Certificate URL: ${urls.machine}`,
      `Use License URL: ${urls.useLicense}`,
      `Product Key Certificate URL: ${urls.productKey}`,
    ];
  }
  return [
    ...present('Processor Certificate URL', urls.processor),
    ...present('Machine Certificate URL', urls.machine),
    ...present('Use License URL', urls.useLicense),
    ...present('Product Key Certificate URL', urls.productKey),
    ...present('Validation URL', urls.validation),
  ];
}

function statusLines(product: ProductFacts, { countsBegunDays }: ScriptGeneration): readonly string[] {
  const { licenseStatus, licenseStatusReason: reason, graceMinutes } = product;
  if (!isLicenseStatusCode(licenseStatus)) return ['License Status: Unknown'];
  const status = `License Status: ${licenseStatuses[licenseStatus].label}`;
  const days = countsBegunDays ? daysRoundedUp(graceMinutes) : wholeDays(graceMinutes);
  const minutes = `${graceMinutes} minute(s) (${days} day(s))`;
  switch (licenseStatus) {
    case 0:
      return [status];
    case 1:
      return graceMinutes === 0 ? [status] : [status, `${licensedWord(product)} expiration: ${minutes}`];
    case 5:
      return [status, `Notification Reason: 0x${reason.toString(16).toUpperCase()}${reasons[reason] ?? ''}.`];
    case 2:
    case 3:
    case 4:
    case 6:
      return [status, `Time remaining: ${minutes}`];
  }
}

/** Whose clock and whose script the text is of. */
interface TextOf {
  readonly zone: ZoneOffset;
  readonly script: ScriptGeneration;
}

function rearmLines(
  product: ProductFacts,
  service: ServiceFacts,
  { rearmCounts }: ScriptGeneration,
): readonly string[] {
  const ofWindows = `Remaining Windows rearm count: ${service.remainingWindowsRearmCount ?? ''}`;
  switch (rearmCounts) {
    case 'none':
      return [];
    case 'windows':
      return [ofWindows];
    case 'own':
      return [
        product.applicationId.toLowerCase() === windowsApplicationId
          ? ofWindows
          : `Remaining App rearm count: ${product.remainingAppRearmCount ?? ''}`,
        `Remaining SKU rearm count: ${product.remainingSkuRearmCount ?? ''}`,
      ];
  }
}

function detailLines(
  product: ProductFacts,
  service: ServiceFacts,
  { zone, script }: TextOf,
): readonly string[] {
  return [
    ...(product.licenseStatus === 0 ? [] : moment('Evaluation End Date', product.evaluationEnd, zone)),
    ...rearmLines(product, service, script),
    ...(script.hasTrustedTime ? moment('Trusted time', product.trustedTime, zone) : []),
  ];
}

/** What a volume client knows about its activation, by the way in which it was activated last. */
function activationLines(
  product: ProductFacts,
  service: ServiceFacts,
  { zone, script }: TextOf,
): readonly string[] {
  if (product.channel === 'automatic-vm') return automaticVmLines(product.automaticVm, zone);
  if (product.channel !== 'kms-client') return [];
  const type = activationTypeName(product.configuredActivationType);
  return [
    ...(script.hasActivationType ? [`Configured Activation Type: ${type}`] : []),
    ...lastActivationLines(product, service, script),
  ];
}

function lastActivationLines(
  product: ProductFacts,
  service: ServiceFacts,
  script: ScriptGeneration,
): readonly string[] {
  if (product.lastActivationType === 1) return directoryClientLines(product.directory, script);
  if (product.token !== null) return tokenClientLines(product.token, script);
  if (product.licenseStatus !== 1) {
    return [
      'Please use slmgr.vbs /ato to activate and update KMS client information in order to update values.',
    ];
  }
  return kmsClientLines(product.kmsClient, service, script);
}

function present(label: string, value: string): readonly string[] {
  return value === '' ? [] : [`${label}: ${value}`];
}

function moment(label: string, instant: number | null, zone: ZoneOffset): readonly string[] {
  return instant === null ? [] : [`${label}: ${formatLocalDateTime(instant, zone)}`];
}
