import {
  identityProperties,
  type ProductProperty,
  type ServiceProperty,
  tokenLicenseProperties,
} from '../../licensing/cim-classes';
import { factProperties } from '../../licensing/facts';
import { type InstanceFilter } from '../../licensing/provider';
import { systemValues, type SystemValue } from '../../licensing/system-values';
import { platformKey32 } from '../../licensing/windows';
import { type BridgeOperation } from './bridge/protocol';

/** A verb that is about to run, or `scan` (all that the inventory keeps): its name in lower case without the slash, and the words behind it. */
export interface VerbHint {
  readonly name: string;
  readonly args: readonly string[];
  /** What `scan` reads comes along, to be read behind the verb. */
  readonly andScan?: true;
}

/** All that the inventory keeps. */
export const scanHint: VerbHint = { name: 'scan', args: [] };

const outcome = ['LicenseStatus', 'LicenseStatusReason'] as const satisfies readonly ProductProperty[];
const clientSettings = [
  'KeyManagementServiceMachine',
  'KeyManagementServicePort',
  'KeyManagementServiceLookupDomain',
] as const satisfies readonly (ProductProperty & ServiceProperty)[];
const withKey: InstanceFilter = { kind: 'has-product-key' };

function products(filter: InstanceFilter, properties: readonly ProductProperty[] = []): BridgeOperation {
  const select = [...new Set<ProductProperty>([...identityProperties, ...properties])];
  return { op: 'query', class: 'SoftwareLicensingProduct', select, filter };
}

function withId(
  id: string | undefined,
  properties: readonly ProductProperty[] = [],
): readonly BridgeOperation[] {
  return id === undefined || id === '' ? [] : [products({ kind: 'id', id }, properties)];
}

function shown(which: string | undefined): readonly BridgeOperation[] {
  const word = which ?? '';
  const filter: InstanceFilter =
    word === '' ? withKey : word.toLowerCase() === 'all' ? { kind: 'all' } : { kind: 'id', id: word };
  return [products(filter, factProperties.product)];
}

function registryGet({ key, value }: SystemValue): BridgeOperation {
  return { op: 'registry-get', key, value };
}

const keyInRegistry: BridgeOperation = { op: 'registry-check-access', key: platformKey32 };
const tokenLicenses: BridgeOperation = {
  op: 'query',
  class: 'SoftwareLicensingTokenActivationLicense',
  select: tokenLicenseProperties,
  filter: { kind: 'all' },
};
const hostSetting = (): readonly BridgeOperation[] => [products(withKey, ['IsKeyManagementServiceMachine'])];
const directorySupport: BridgeOperation = { op: 'directory-supported' };

/** By verb: what it reads before it does anything, as far as its words tell. */
const readsOfVerb: Readonly<Record<string, (args: readonly string[]) => readonly BridgeOperation[]>> = {
  dli: ([which]) => shown(which),
  dlv: ([which]) => shown(which),
  scan: () => [...shown(undefined), ...Object.values(systemValues).map(registryGet)],
  xpr: ([which]) => shown(which),
  ato: () => [products(withKey, [...outcome, 'VLActivationTypeEnabled'])],
  atp: () => [products(withKey, [...outcome, 'OfflineInstallationId'])],
  dti: () => [products(withKey, ['OfflineInstallationId'])],
  ipk: () => [keyInRegistry],
  upk: () => [products(withKey), keyInRegistry],
  'rearm-sku': ([id]) => withId(id),
  skms: ([, id]) => withId(id, clientSettings),
  ckms: ([id]) => withId(id, clientSettings),
  'skms-domain': ([, id]) => withId(id, clientSettings),
  'ckms-domain': ([id]) => withId(id, clientSettings),
  'act-type': ([, id]) => withId(id, clientSettings),
  sprt: hostSetting,
  sai: hostSetting,
  sri: hostSetting,
  sdns: hostSetting,
  cdns: hostSetting,
  spri: hostSetting,
  cpri: hostSetting,
  lil: () => [tokenLicenses],
  ril: () => [tokenLicenses],
  ltc: () => [products(withKey, outcome)],
  fta: () => [products(withKey, outcome)],
  rilc: () => [{ op: 'files-list' }],
  'ao-list': () => [directorySupport, { op: 'directory-list' }],
  'del-ao': () => [directorySupport, { op: 'directory-context' }],
};

/**
 * What a verb is known to read, to come along with its first round trip; nothing for an unknown verb. A wrong guess
 * costs a read that nobody asks for and is never wrong otherwise, since every read is matched with what the verb asks.
 */
export function expectedReads(verb: VerbHint | undefined): readonly BridgeOperation[] {
  if (verb === undefined || !Object.hasOwn(readsOfVerb, verb.name)) return [];
  return readsOfVerb[verb.name]?.(verb.args) ?? [];
}

const wholeServiceVerbs: ReadonlySet<string> = new Set(['dli', 'dlv', 'xpr', 'scan']);

/** The read that connecting makes: the service's version, with everything that verbs want of the service. */
export function firstRead(verb: VerbHint | undefined): BridgeOperation {
  const more =
    verb !== undefined && (verb.andScan === true || wholeServiceVerbs.has(verb.name))
      ? factProperties.service
      : clientSettings;
  const select = [...new Set<ServiceProperty>(['Version', ...more])];
  return { op: 'query', class: 'SoftwareLicensingService', select, filter: { kind: 'all' } };
}
