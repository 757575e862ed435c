import {
  activateForestByPhone,
  activateForestOnline,
  deleteActivationObject,
  displayForestInstallationId,
  listActivationObjects,
} from './active-directory';
import { activate, activateByPhone, displayInstallationId } from './activation';
import type { Operation } from './context';
import { displayDetailedInformation, displayExpiration, displayInformation } from './information';
import {
  clearKmsMachine,
  clearLookupDomain,
  disableHostCaching,
  enableHostCaching,
  setActivationType,
  setKmsMachine,
  setLookupDomain,
} from './kms-client';
import {
  disableDnsPublishing,
  enableDnsPublishing,
  setActivationInterval,
  setListeningPort,
  setLowPriority,
  setNormalPriority,
  setRenewalInterval,
} from './kms-host';
import { installLicense, reinstallLicenses } from './license-files';
import { word, type Parameter } from './parameters';
import { clearProductKey, installProductKey, uninstallProductKey } from './product-key';
import { rearmApplication, rearmProduct, rearmWindows } from './rearm';
import { activateByToken, listCertificates, listTokenLicenses, removeTokenLicenses } from './token';

/** The groups of the usage text with their headings; a group without one follows the last with an empty line. */
export const verbGroups = {
  global: 'Global Options:',
  advanced: 'Advanced Options:',
  phone: null,
  'kms-client': 'Volume Licensing: Key Management Service (KMS) Client Options:',
  token: 'Volume Licensing: Token-based Activation Options:',
  'kms-host': 'Volume Licensing: Key Management Service (KMS) Options:',
  'active-directory': 'Volume Licensing: Active Directory (AD) Activation Options:',
} as const;

export type VerbGroup = keyof typeof verbGroups;

/** One of slmgr's verbs. Help, completion, documentation, the grammar and the dispatcher read this. */
export interface Verb {
  readonly name: string;
  readonly group: VerbGroup;
  readonly parameters: readonly Parameter[];
  /** Sentence of the usage text. */
  readonly usage: string;
  /** True where the verb may change the machine, the registry or the directory. */
  readonly changesState: boolean;
  /** False where slmgr refuses a remote machine. */
  readonly remote: boolean;
  readonly operation: Operation;
}

/** All verbs, in the order of the usage text. */
export const verbs: readonly Verb[] = [
  {
    name: 'ipk',
    group: 'global',
    parameters: [word.productKey],
    usage: 'Install product key (replaces existing key)',
    changesState: true,
    remote: true,
    operation: installProductKey,
  },
  {
    name: 'ato',
    group: 'global',
    parameters: [word.activationId],
    usage: 'Activate Windows',
    changesState: true,
    remote: true,
    operation: activate,
  },
  {
    name: 'dli',
    group: 'global',
    parameters: [word.activationIdOrAll],
    usage: 'Display license information (default: current license)',
    changesState: false,
    remote: true,
    operation: displayInformation,
  },
  {
    name: 'dlv',
    group: 'global',
    parameters: [word.activationIdOrAll],
    usage: 'Display detailed license information (default: current license)',
    changesState: false,
    remote: true,
    operation: displayDetailedInformation,
  },
  {
    name: 'xpr',
    group: 'global',
    parameters: [word.activationId],
    usage: 'Expiration date for current license state',
    changesState: false,
    remote: true,
    operation: displayExpiration,
  },
  {
    name: 'cpky',
    group: 'advanced',
    parameters: [],
    usage: 'Clear product key from the registry (prevents disclosure attacks)',
    changesState: true,
    remote: true,
    operation: clearProductKey,
  },
  {
    name: 'ilc',
    group: 'advanced',
    parameters: [word.licenseFile],
    usage: 'Install license',
    changesState: true,
    remote: true,
    operation: installLicense,
  },
  {
    name: 'rilc',
    group: 'advanced',
    parameters: [],
    usage: 'Re-install system license files',
    changesState: true,
    remote: true,
    operation: reinstallLicenses,
  },
  {
    name: 'rearm',
    group: 'advanced',
    parameters: [],
    usage: 'Reset the licensing status of the machine',
    changesState: true,
    remote: true,
    operation: rearmWindows,
  },
  {
    name: 'rearm-app',
    group: 'advanced',
    parameters: [word.applicationId],
    usage: 'Reset the licensing status of the given app',
    changesState: true,
    remote: true,
    operation: rearmApplication,
  },
  {
    name: 'rearm-sku',
    group: 'advanced',
    parameters: [word.productId],
    usage: 'Reset the licensing status of the given sku',
    changesState: true,
    remote: true,
    operation: rearmProduct,
  },
  {
    name: 'upk',
    group: 'advanced',
    parameters: [word.activationId],
    usage: 'Uninstall product key',
    changesState: true,
    remote: true,
    operation: uninstallProductKey,
  },
  {
    name: 'dti',
    group: 'phone',
    parameters: [word.activationId],
    usage: 'Display Installation ID for offline activation',
    changesState: false,
    remote: true,
    operation: displayInstallationId,
  },
  {
    name: 'atp',
    group: 'phone',
    parameters: [word.confirmationId, word.activationId],
    usage: 'Activate product with user-provided Confirmation ID',
    changesState: true,
    remote: true,
    operation: activateByPhone,
  },
  {
    name: 'skms',
    group: 'kms-client',
    parameters: [word.kmsHost, word.activationId],
    usage:
      'Set the name and/or the port for the KMS computer this machine will use. IPv6 address must be specified in the format [hostname]:port',
    changesState: true,
    remote: true,
    operation: setKmsMachine,
  },
  {
    name: 'ckms',
    group: 'kms-client',
    parameters: [word.activationId],
    usage: 'Clear name of KMS computer used (sets the port to the default)',
    changesState: true,
    remote: true,
    operation: clearKmsMachine,
  },
  {
    name: 'skms-domain',
    group: 'kms-client',
    parameters: [word.lookupDomain, word.activationId],
    usage:
      'Set the specific DNS domain in which all KMS SRV records can be found. This setting has no effect if the specific single KMS host is set via /skms option.',
    changesState: true,
    remote: true,
    operation: setLookupDomain,
  },
  {
    name: 'ckms-domain',
    group: 'kms-client',
    parameters: [word.activationId],
    usage:
      'Clear the specific DNS domain in which all KMS SRV records can be found. The specific KMS host will be used if set via /skms. Otherwise default KMS auto-discovery will be used.',
    changesState: true,
    remote: true,
    operation: clearLookupDomain,
  },
  {
    name: 'skhc',
    group: 'kms-client',
    parameters: [],
    usage: 'Enable KMS host caching',
    changesState: true,
    remote: true,
    operation: enableHostCaching,
  },
  {
    name: 'ckhc',
    group: 'kms-client',
    parameters: [],
    usage: 'Disable KMS host caching',
    changesState: true,
    remote: true,
    operation: disableHostCaching,
  },
  {
    name: 'lil',
    group: 'token',
    parameters: [],
    usage: 'List installed Token-based Activation Issuance Licenses',
    changesState: false,
    remote: true,
    operation: listTokenLicenses,
  },
  {
    name: 'ril',
    group: 'token',
    parameters: [word.ilid, word.ilvid],
    usage: 'Remove installed Token-based Activation Issuance License',
    changesState: true,
    remote: true,
    operation: removeTokenLicenses,
  },
  {
    name: 'ltc',
    group: 'token',
    parameters: [],
    usage: 'List Token-based Activation Certificates',
    changesState: false,
    remote: true,
    operation: listCertificates,
  },
  {
    name: 'fta',
    group: 'token',
    parameters: [word.thumbprint, word.pin],
    usage: 'Force Token-based Activation',
    changesState: true,
    remote: true,
    operation: activateByToken,
  },
  {
    name: 'sprt',
    group: 'kms-host',
    parameters: [word.port],
    usage: 'Set TCP port KMS will use to communicate with clients',
    changesState: true,
    remote: true,
    operation: setListeningPort,
  },
  {
    name: 'sai',
    group: 'kms-host',
    parameters: [word.activationInterval],
    usage:
      'Set interval (minutes) for unactivated clients to attempt KMS connection. The activation interval must be between 15 minutes (min) and 30 days (max) although the default (2 hours) is recommended.',
    changesState: true,
    remote: true,
    operation: setActivationInterval,
  },
  {
    name: 'sri',
    group: 'kms-host',
    parameters: [word.renewalInterval],
    usage:
      'Set renewal interval (minutes) for activated clients to attempt KMS connection. The renewal interval must be between 15 minutes (min) and 30 days (max) although the default (7 days) is recommended.',
    changesState: true,
    remote: true,
    operation: setRenewalInterval,
  },
  {
    name: 'sdns',
    group: 'kms-host',
    parameters: [],
    usage: 'Enable DNS publishing by KMS (default)',
    changesState: true,
    remote: true,
    operation: enableDnsPublishing,
  },
  {
    name: 'cdns',
    group: 'kms-host',
    parameters: [],
    usage: 'Disable DNS publishing by KMS',
    changesState: true,
    remote: true,
    operation: disableDnsPublishing,
  },
  {
    name: 'spri',
    group: 'kms-host',
    parameters: [],
    usage: 'Set KMS priority to normal (default)',
    changesState: true,
    remote: true,
    operation: setNormalPriority,
  },
  {
    name: 'cpri',
    group: 'kms-host',
    parameters: [],
    usage: 'Set KMS priority to low',
    changesState: true,
    remote: true,
    operation: setLowPriority,
  },
  {
    name: 'act-type',
    group: 'kms-host',
    parameters: [word.activationType, word.activationId],
    usage: 'Set activation type to 1 (for AD) or 2 (for KMS) or 3 (for Token) or 0 (for all).',
    changesState: true,
    remote: true,
    operation: setActivationType,
  },
  {
    name: 'ad-activation-online',
    group: 'active-directory',
    parameters: [word.productKey, word.objectName],
    usage: 'Activate AD (Active Directory) forest with user-provided product key',
    changesState: true,
    remote: false,
    operation: activateForestOnline,
  },
  {
    name: 'ad-activation-get-iid',
    group: 'active-directory',
    parameters: [word.productKey],
    usage: 'Display Installation ID for AD (Active Directory) forest',
    changesState: false,
    remote: false,
    operation: displayForestInstallationId,
  },
  {
    name: 'ad-activation-apply-cid',
    group: 'active-directory',
    parameters: [word.productKey, word.confirmationId, word.objectName],
    usage: 'Activate AD (Active Directory) forest with user-provided product key and Confirmation ID',
    changesState: true,
    remote: false,
    operation: activateForestByPhone,
  },
  {
    name: 'ao-list',
    group: 'active-directory',
    parameters: [],
    usage: 'Display Activation Objects in AD (Active Directory)',
    changesState: false,
    remote: false,
    operation: listActivationObjects,
  },
  {
    name: 'del-ao',
    group: 'active-directory',
    parameters: [word.objectToDelete],
    usage: 'Delete Activation Objects in AD (Active Directory) for user-provided Activation Object',
    changesState: true,
    remote: false,
    operation: deleteActivationObject,
  },
];

const byName: ReadonlyMap<string, Verb> = new Map(verbs.map((verb) => [verb.name, verb]));

/** The verb of a name in any case; undefined where there is none. */
export function findVerb(name: string): Verb | undefined {
  return byName.get(name.toLowerCase());
}
