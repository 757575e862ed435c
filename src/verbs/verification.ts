import type { ServiceProperty } from '../licensing/cim-classes';
import { isLicensingError, type CimValue, type LicensingProvider } from '../licensing/provider';
import { flagOf, numberOf, textOf } from '../licensing/values';
import { isMeant, readProducts, readService, type Product } from './machine';

/**
 * What is known of a change that a machine took: `verified` where reading again shows it, `accepted` where it does not
 * show it (yet) or could not be read, `not-verifiable` where nothing tells it.
 */
export type Verification = 'verified' | 'accepted' | 'not-verifiable';

/** A changing verb with its words. */
interface Change {
  readonly name: string;
  readonly args: readonly string[];
}

type Look = (provider: LicensingProvider, args: readonly string[]) => Promise<boolean | null>;

/**
 * Reads what a changing verb was to change and compares. Never throws for what the machine answers.
 * A state that was so before the verb ran counts as verified: it is what was asked for.
 */
export async function verifyChange(
  provider: LicensingProvider,
  { name, args }: Change,
): Promise<Verification> {
  const look = looks[name];
  if (look === undefined) return 'not-verifiable';
  try {
    const seen = await look(provider, args);
    if (seen === null) return 'not-verifiable';
    return seen ? 'verified' : 'accepted';
  } catch (error) {
    if (isLicensingError(error)) return 'accepted';
    throw error;
  }
}

/** Whether reading tells what became of a changing verb. */
export function isVerifiable(name: string): boolean {
  return looks[name] !== undefined;
}

const licensed = 1;

const looks: Readonly<Partial<Record<string, Look>>> = {
  ipk: async (provider, [key = '']) => {
    const tail = key.trim().slice(-5).toUpperCase();
    const products = await readProducts(provider, { kind: 'has-product-key' });
    return products.some(({ PartialProductKey }) => textOf(PartialProductKey).toUpperCase() === tail);
  },
  upk: async (provider, [id = '']) => (await meant(provider, id)).length === 0,
  ato: (provider, [id = '']) => isLicensed(provider, id),
  atp: (provider, [, id = '']) => isLicensed(provider, id),
  fta: (provider) => isLicensed(provider, ''),
  skms: async (provider, [words = '', id = '']) => {
    const is = await clientSettings(provider, id);
    if (is === null) return null;
    const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*):?(.*)$/.exec(words) ?? [];
    const sameName =
      name === '' || textOf(is.KeyManagementServiceMachine).toLowerCase() === name.toLowerCase();
    return sameName && (port === '' || numberOf(is.KeyManagementServicePort) === Number(port));
  },
  ckms: async (provider, [id = '']) => {
    const is = await clientSettings(provider, id);
    return is === null ? null : textOf(is.KeyManagementServiceMachine) === '';
  },
  'skms-domain': async (provider, [domain = '', id = '']) => {
    const is = await clientSettings(provider, id);
    return is === null
      ? null
      : textOf(is.KeyManagementServiceLookupDomain).toLowerCase() === domain.toLowerCase();
  },
  'ckms-domain': async (provider, [id = '']) => {
    const is = await clientSettings(provider, id);
    return is === null ? null : textOf(is.KeyManagementServiceLookupDomain) === '';
  },
  skhc: ofService('KeyManagementServiceHostCaching', flagOf),
  ckhc: ofService('KeyManagementServiceHostCaching', (value) => !flagOf(value)),
  sprt: ofService('KeyManagementServiceListeningPort', isFirstNumber),
  sai: ofService('VLActivationInterval', isFirstNumber),
  sri: ofService('VLRenewalInterval', isFirstNumber),
  sdns: ofService('KeyManagementServiceDnsPublishing', flagOf),
  cdns: ofService('KeyManagementServiceDnsPublishing', (value) => !flagOf(value)),
  spri: ofService('KeyManagementServiceLowPriority', (value) => !flagOf(value)),
  cpri: ofService('KeyManagementServiceLowPriority', flagOf),
  'act-type': async (provider, [type = '0', id = '']) => {
    // The service takes the setting for all products and does not show it.
    if (id === '') return null;
    const [product] = await readProducts(provider, { kind: 'id', id }, ['VLActivationTypeEnabled']);
    return product === undefined ? null : (numberOf(product.VLActivationTypeEnabled) ?? 0) === Number(type);
  },
  ril: async (provider, [ilid = '', ilvid = '']) => {
    const licenses = await provider.query({
      class: 'SoftwareLicensingTokenActivationLicense',
      select: ['ID', 'ILID', 'ILVID'],
      filter: { kind: 'all' },
    });
    return !licenses.some(({ ILID, ILVID }) => textOf(ILID) === ilid && numberOf(ILVID) === Number(ilvid));
  },
};

function isFirstNumber(value: CimValue | undefined, [word = '']: readonly string[]): boolean {
  return numberOf(value) === Number(word);
}

function ofService(
  property: ServiceProperty,
  isWanted: (value: CimValue | undefined, args: readonly string[]) => boolean,
): Look {
  return async (provider, args) => {
    const value = (await readService(provider, [property]))[property];
    return value === undefined || value === null ? null : isWanted(value, args);
  };
}

async function meant(provider: LicensingProvider, id: string): Promise<readonly Product[]> {
  const products = await readProducts(provider, { kind: 'has-product-key' }, ['LicenseStatus']);
  return products.filter((product) => isMeant(product, id));
}

async function isLicensed(provider: LicensingProvider, id: string): Promise<boolean> {
  const products = await meant(provider, id);
  return products.some((product) => numberOf(product.LicenseStatus) === licensed);
}

const clientProperties = [
  'KeyManagementServiceMachine',
  'KeyManagementServicePort',
  'KeyManagementServiceLookupDomain',
] as const;

type ClientSettings = Readonly<Partial<Record<(typeof clientProperties)[number], CimValue>>>;

/** The KMS client settings of the machine, or of one product; null where there is no such product. */
async function clientSettings(provider: LicensingProvider, id: string): Promise<ClientSettings | null> {
  if (id === '') return readService(provider, clientProperties);
  const [product] = await readProducts(provider, { kind: 'id', id }, clientProperties);
  return product ?? null;
}
