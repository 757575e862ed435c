import {
  productProperties,
  serviceProperties,
  tokenLicenseProperties,
  type ClassName,
  type PropertiesOfClass,
} from '../../licensing/cim-classes';
import { addonOf, isWindows } from '../../licensing/facts';
import { textOf } from '../../licensing/values';
import {
  isLicensingError,
  type ActivationObject,
  type CimValue,
  type Instance,
  type LicensingProvider,
} from '../../licensing/provider';

/** Name and version of the file that {@link takeSnapshot} makes. */
const snapshotFormat = 'slmgr.snapshot/1';

/** What a snapshot file holds; {@link snapshotProvider} reads it. */
export interface Snapshot {
  readonly schema: typeof snapshotFormat;
  readonly machine: string;
  readonly capturedAt: string;
  readonly service: Readonly<Record<string, CimValue>>;
  readonly products: readonly Readonly<Record<string, CimValue>>[];
  readonly tokenLicenses: readonly Readonly<Record<string, CimValue>>[];
  /** `thumbprint|subject|issuer|from|to`; absent where the machine has no issuance licence to find any by. */
  readonly certificates?: readonly string[];
  readonly activationObjects: 'unsupported' | readonly Readonly<Record<string, string | null>>[];
  readonly domain: string | null;
}

/** Reads the licensing instances of a machine. Product keys are not among them, only their last five characters. */
export async function takeSnapshot(provider: LicensingProvider): Promise<Snapshot> {
  const [service] = await readAll(provider, 'SoftwareLicensingService', serviceProperties);
  const capturedAt = new Date(await provider.now()).toISOString();
  const products = await readAll(provider, 'SoftwareLicensingProduct', productProperties);
  const tokenLicenses = await readAll(
    provider,
    'SoftwareLicensingTokenActivationLicense',
    tokenLicenseProperties,
  );
  const windows = products.find(
    (one) => isWindows(one) && textOf(one.PartialProductKey) !== '' && addonOf(one) !== true,
  );
  return {
    schema: snapshotFormat,
    machine: provider.description.machine,
    capturedAt,
    service: { ...service },
    products,
    tokenLicenses,
    ...(windows === undefined || tokenLicenses.length === 0
      ? {}
      : await readCertificates(provider, textOf(windows.ID))),
    ...(await readDirectory(provider)),
  };
}

/** The certificates that /ltc lists; a machine that cannot say leaves them out. */
async function readCertificates(
  provider: LicensingProvider,
  key: string,
): Promise<Pick<Snapshot, 'certificates'>> {
  try {
    const { Grants: grants } = await provider.invoke({
      class: 'SoftwareLicensingProduct',
      method: 'GetTokenActivationGrants',
      key,
      args: {},
    });
    const found = await provider.signer.certificates(Array.isArray(grants) ? grants.map(String) : []);
    return {
      certificates: found.map(({ thumbprint, subject, issuer, validFrom, validTo }) =>
        [thumbprint, subject, issuer, validFrom, validTo].join('|'),
      ),
    };
  } catch (error) {
    if (isLicensingError(error)) return {};
    throw error;
  }
}

async function readAll<C extends ClassName>(
  provider: LicensingProvider,
  className: C,
  select: readonly PropertiesOfClass[C][],
): Promise<readonly Instance<C>[]> {
  return provider.query({ class: className, select, filter: { kind: 'all' } });
}

/** A machine outside any domain, or with a directory out of reach, has no activation objects to tell of. */
async function readDirectory(
  provider: LicensingProvider,
): Promise<Pick<Snapshot, 'activationObjects' | 'domain'>> {
  const { directory } = provider;
  try {
    const domain = domainOf(await directory.configurationNamingContext());
    if (!(await directory.supportsActivationObjects())) return { activationObjects: 'unsupported', domain };
    return { activationObjects: (await directory.listActivationObjects()).map(objectFields), domain };
  } catch (error) {
    if (isLicensingError(error)) return { activationObjects: [], domain: null };
    throw error;
  }
}

function objectFields(object: ActivationObject): Readonly<Record<string, string | null>> {
  return {
    displayName: object.displayName,
    distinguishedName: object.distinguishedName,
    'msSPP-CSVLKSkuId': object.csvlkSkuId,
    'msSPP-CSVLKPid': object.csvlkPid,
    'msSPP-CSVLKPartialProductKey': object.csvlkPartialProductKey,
  };
}

function domainOf(namingContext: string): string {
  return [...namingContext.matchAll(/DC=([^,]+)/gi)].map((match) => match[1] ?? '').join('.');
}
