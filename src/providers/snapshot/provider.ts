import type { ClassName, PropertiesOfClass } from '../../licensing/cim-classes';
import { hresult } from '../../licensing/hresult';
import {
  LicensingError,
  type ActivationObject,
  type CimValue,
  type Instance,
  type InstanceFilter,
  type LicensingProvider,
  type MethodOutput,
  type TokenCertificate,
} from '../../licensing/provider';
import { textOf } from '../../licensing/values';
import { asDmtf, readDate } from './dates';
import { parseSnapshot, unwrap, type SnapshotDocument, type SnapshotInstance } from './document';

const notSupported = hresult(0x80070032);
const noSuchObject = hresult(0x80072030);
const noIssuanceLicense = hresult(0xc004f304);

const dateProperties: ReadonlySet<string> = new Set([
  'EvaluationEndDate',
  'TrustedTime',
  'AutomaticVMActivationLastActivationTime',
  'ExpirationDate',
]);

/**
 * Makes a provider out of the text of a snapshot. Reading verbs are answered from it; everything that would change the
 * machine is refused. `now` (epoch milliseconds) holds where the snapshot does not say when it was taken.
 */
export function snapshotProvider(
  text: string,
  name: string,
  now: number,
  file: string = name,
): LicensingProvider {
  const document = parseSnapshot(text, file);
  const refuse = (): Promise<never> => Promise.reject(new LicensingError(notSupported, readOnly(name)));
  const objects = activationObjectsOf(document);
  return {
    description: { kind: 'snapshot', machine: document.machine ?? name },
    refusesChanges: readOnly(name),
    now: () => Promise.resolve(readDate(unwrap(document.capturedAt)) ?? now),
    query: (query) => Promise.resolve(select(document, query.class, query.select, query.filter)),
    invoke: (call) => (call.method === 'GetTokenActivationGrants' ? grantsOf(document, name) : refuse()),
    registry: {
      checkAccess: () => Promise.resolve(2),
      getString: () => Promise.resolve({ code: 2, data: null }),
      setString: refuse,
      deleteValue: refuse,
    },
    directory: {
      configurationNamingContext: () => Promise.resolve(namingContextOf(document)),
      supportsActivationObjects: () => Promise.resolve(document.activationObjects !== 'unsupported'),
      listActivationObjects: () => Promise.resolve(objects),
      getObject: (wanted) =>
        objects.some((object) => sameText(object.distinguishedName, wanted))
          ? Promise.resolve()
          : Promise.reject(new LicensingError(noSuchObject, `${name} holds no object ${wanted}.`)),
      deleteActivationObject: refuse,
    },
    signer: {
      certificates: () => Promise.resolve((document.certificates ?? []).map(certificateOf)),
      sign: refuse,
    },
    files: { read: refuse, systemLicenseFiles: refuse },
    close: () => Promise.resolve(),
  };
}

/**
 * What asking for the grants of token activation comes to. Certificates in the file are those that the machine found; a
 * machine without an issuance licence says so; of one that has some, the file has to tell.
 */
async function grantsOf(
  { certificates, tokenLicenses }: SnapshotDocument,
  name: string,
): Promise<MethodOutput> {
  if (certificates !== undefined) return Promise.resolve({ Grants: [] });
  if (tokenLicenses?.length === 0) {
    throw new LicensingError(noIssuanceLicense, `${name} holds no token issuance licence.`);
  }
  throw new LicensingError(notSupported, `${name} does not say which certificates the machine has.`);
}

function readOnly(name: string): string {
  return `${name} is a snapshot: a verb that changes a machine needs the machine itself.`;
}

function instancesOf(document: SnapshotDocument, className: ClassName): readonly SnapshotInstance[] {
  switch (className) {
    case 'SoftwareLicensingService':
      return [document.service];
    case 'SoftwareLicensingProduct':
      return document.products;
    case 'SoftwareLicensingTokenActivationLicense':
      return document.tokenLicenses ?? [];
  }
}

function select<C extends ClassName>(
  document: SnapshotDocument,
  className: C,
  names: readonly PropertiesOfClass[C][],
  filter: InstanceFilter,
): readonly Instance<C>[] {
  const missing = className === 'SoftwareLicensingProduct' ? document.missingProductProperties : [];
  const there = names.filter((name) => missing?.includes(name) !== true);
  return instancesOf(document, className)
    .map(byLowerCase)
    .filter((fields) => passes(fields, filter))
    .map((fields) => project<C>(fields, there));
}

/** Exports differ in the case of property names; classes do not. */
function byLowerCase(instance: SnapshotInstance): ReadonlyMap<string, CimValue> {
  return new Map(Object.entries(instance).map(([name, value]) => [name.toLowerCase(), unwrap(value)]));
}

function passes(fields: ReadonlyMap<string, CimValue>, filter: InstanceFilter): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'has-product-key':
      return textOf(fields.get('partialproductkey')) !== '';
    case 'id':
      return sameText(textOf(fields.get('id')), filter.id);
  }
}

function project<C extends ClassName>(
  fields: ReadonlyMap<string, CimValue>,
  names: readonly PropertiesOfClass[C][],
): Instance<C> {
  const chosen: Partial<Record<PropertiesOfClass[C], CimValue>> = {};
  for (const name of names) {
    const value = fields.get(name.toLowerCase());
    if (value !== undefined) chosen[name] = dateProperties.has(name) ? asDmtf(value) : value;
  }
  return chosen;
}

function activationObjectsOf({ activationObjects }: SnapshotDocument): readonly ActivationObject[] {
  if (activationObjects === undefined || activationObjects === 'unsupported') return [];
  return activationObjects.map((object) => ({
    displayName: object.displayName,
    distinguishedName: object.distinguishedName,
    csvlkSkuId: object['msSPP-CSVLKSkuId'],
    csvlkPid: object['msSPP-CSVLKPid'],
    csvlkPartialProductKey: object['msSPP-CSVLKPartialProductKey'],
  }));
}

function namingContextOf({ domain }: SnapshotDocument): string {
  if (domain === undefined || domain === null || domain === '') {
    throw new LicensingError(hresult(0x8007054b), 'The machine of this snapshot is in no domain.');
  }
  const components = domain.split('.').map((label) => `DC=${label}`);
  return `CN=Configuration,${components.join(',')}`;
}

function certificateOf(text: string): TokenCertificate {
  const [thumbprint = '', subject = '', issuer = '', validFrom = '', validTo = ''] = text.split('|');
  return { thumbprint, subject, issuer, validFrom, validTo };
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
