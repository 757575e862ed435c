import { methodsOfClass, type ClassName } from '../../src/licensing/cim-classes';
import { parseHresult, hresult } from '../../src/licensing/hresult';
import {
  LicensingError,
  type ActivationObject,
  type CimValue,
  type Instance,
  type InstanceFilter,
  type LicensingProvider,
  type MethodCall,
  type MethodOutput,
  type TokenCertificate,
} from '../../src/licensing/provider';
import type { CaseMachine, ConformanceCase, Effect } from './case-file';

type Fields = Record<string, CimValue>;

/** A provider that plays the machine of a case and records the calls as the corpus writes them. */
export interface Double {
  readonly provider: LicensingProvider;
  readonly calls: string[];
  /** Throws the case's failure of a step, if it has one. */
  readonly failAt: (step: string) => void;
}

/** Makes the double of a case. */
export function makeDouble(one: ConformanceCase): Double {
  const machine = structuredClone(one.machine);
  const calls: string[] = [];
  const failAt = (step: string): void => {
    const text = one.failures[step];
    if (text === undefined) return;
    throw new LicensingError(parseHresult(text) ?? hresult(0x80004005), `The case lets ${step} fail.`);
  };
  const provider: LicensingProvider = {
    description: { kind: 'double', machine: 'double' },
    now: () => Promise.resolve(Date.parse(`${one.now.replace(' ', 'T')}Z`)),
    query: (query) => Promise.resolve(select(machine, query.class, query.select, query.filter)),
    invoke: (call) => run(() => invoke(call)),
    registry: registryOf(machine, calls),
    directory: directoryOf(machine, calls, failAt),
    signer: {
      certificates: () =>
        run(() => {
          calls.push('signer.GetCertificateThumbprints');
          return machine.certificates.map(certificateOf);
        }),
      sign: (_challenge, thumbprint, pin) =>
        run(() => {
          calls.push(`signer.Sign(${thumbprint},${pin})`);
          failAt('Sign');
          return { signature: 'sig', chain: 'chain' };
        }),
    },
    files: {
      read: () =>
        run(() => {
          failAt('ReadFile');
          return machine.licenseFileText;
        }),
      systemLicenseFiles: () => Promise.resolve(machine.licenseFiles),
    },
    close: () => Promise.resolve(),
  };
  return { provider, calls, failAt };

  function invoke(call: MethodCall): MethodOutput {
    calls.push(`${receiverOf(call)}.${call.method}(${argumentsOf(call).join(',')})`);
    failAt(call.method);
    applySetter(machine, call);
    for (const effect of one.effects[call.method] ?? []) applyEffect(machine, effect);
    return outputOf(machine, call.method);
  }
}

async function run<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}

function instancesOf(machine: CaseMachine, className: ClassName): readonly Fields[] {
  switch (className) {
    case 'SoftwareLicensingService':
      return [machine.service];
    case 'SoftwareLicensingProduct':
      return machine.products;
    case 'SoftwareLicensingTokenActivationLicense':
      return machine.tokenLicenses;
  }
}

function select<C extends ClassName>(
  machine: CaseMachine,
  className: C,
  names: readonly string[],
  filter: InstanceFilter,
): readonly Instance<C>[] {
  const missing = className === 'SoftwareLicensingProduct' ? machine.missingProductProperties : [];
  const wanted = names.filter((name) => !missing.includes(name));
  return instancesOf(machine, className)
    .filter((fields) => passes(fields, filter))
    .map((fields) => project<C>(fields, wanted));
}

function project<C extends ClassName>(fields: Fields, names: readonly string[]): Instance<C> {
  const byLowerName = new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
  const entries = names.map((name) => [name, byLowerName.get(name.toLowerCase()) ?? null] as const);
  return Object.fromEntries(entries) as unknown as Instance<C>;
}

function passes(fields: Fields, filter: InstanceFilter): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'has-product-key':
      return (fields['PartialProductKey'] ?? '') !== '';
    case 'id':
      return sameText(fields['ID'], filter.id);
  }
}

function receiverOf({ class: className, key }: MethodCall): string {
  switch (className) {
    case 'SoftwareLicensingService':
      return 'service';
    case 'SoftwareLicensingProduct':
      return `product[${key}]`;
    case 'SoftwareLicensingTokenActivationLicense':
      return `license[${key}]`;
  }
}

function parametersOf(call: MethodCall): readonly (readonly [string, string])[] {
  const methods: Readonly<Record<string, readonly (readonly [string, string])[]>> =
    methodsOfClass[call.class];
  return methods[call.method] ?? [];
}

function argumentsOf(call: MethodCall): readonly string[] {
  return parametersOf(call).map(([name]) => {
    const argument = call.args[name] ?? '';
    if (typeof argument === 'boolean') return argument ? 'True' : 'False';
    return String(argument);
  });
}

function targetOf(machine: CaseMachine, call: MethodCall): Fields | undefined {
  if (call.class === 'SoftwareLicensingService') return machine.service;
  return instancesOf(machine, call.class).find((fields) => sameText(fields['ID'], call.key));
}

/** A `Set…` or `Clear…` method that succeeds changes the property it names. */
function applySetter(machine: CaseMachine, call: MethodCall): void {
  const match = /^(Set|Clear)(.+)$/.exec(call.method);
  const property = match?.[2];
  const target = targetOf(machine, call);
  if (property === undefined || target === undefined || !Object.hasOwn(target, property)) return;
  const [first] = parametersOf(call);
  if (match?.[1] === 'Set' && first !== undefined) target[property] = call.args[first[0]] ?? null;
  else target[property] = typeof target[property] === 'number' ? 0 : '';
}

function applyEffect(machine: CaseMachine, effect: Effect): void {
  if ('service' in effect) Object.assign(machine.service, effect.service);
  else {
    const product = machine.products.find((fields) => sameText(fields['ID'] ?? null, effect.product));
    Object.assign(product ?? {}, effect.set);
  }
}

function outputOf(machine: CaseMachine, method: string): MethodOutput {
  switch (method) {
    case 'GetTokenActivationGrants':
      return { Grants: [] };
    case 'GenerateTokenActivationChallenge':
      return { Challenge: 'challenge' };
    case 'GenerateActiveDirectoryOfflineActivationId':
      return { InstallationID: machine.adInstallationId };
    default:
      return {};
  }
}

function registryOf(machine: CaseMachine, calls: string[]): LicensingProvider['registry'] {
  const returns = machine.registryReturns;
  return {
    checkAccess: () => Promise.resolve(returns['CheckAccess'] ?? 0),
    setString: (key, name, data) => {
      calls.push(`reg.set ${key}\\${name}=${data}`);
      return Promise.resolve(returns['SetStringValue'] ?? 0);
    },
    getString: () => Promise.resolve({ code: returns['GetStringValue'] ?? 2, data: null }),
    deleteValue: (key, name) => {
      calls.push(`reg.delete ${key}\\${name}`);
      return Promise.resolve(returns['DeleteValue'] ?? 0);
    },
  };
}

function directoryOf(
  machine: CaseMachine,
  calls: string[],
  failAt: (step: string) => void,
): LicensingProvider['directory'] {
  const { activationObjects } = machine;
  const objects = activationObjects === 'unsupported' ? [] : activationObjects.map(activationObjectOf);
  const components = machine.domain.split('.').map((label) => `DC=${label}`);
  return {
    configurationNamingContext: () => Promise.resolve(`CN=Configuration,${components.join(',')}`),
    supportsActivationObjects: () => Promise.resolve(activationObjects !== 'unsupported'),
    listActivationObjects: () => Promise.resolve(objects),
    getObject: (name) =>
      run(() => {
        calls.push(`ldap.get LDAP://${name}`);
        if (objects.some((object) => sameText(object.distinguishedName, name))) return;
        throw new LicensingError(hresult(0x80072030), 'There is no such object.');
      }),
    deleteActivationObject: (relativeName) =>
      run(() => {
        calls.push(`ldap.delete ${relativeName}`);
        failAt('LdapDelete');
      }),
  };
}

type CaseObject = Exclude<CaseMachine['activationObjects'], 'unsupported'>[number];

function activationObjectOf(object: CaseObject): ActivationObject {
  return {
    displayName: object.displayName,
    distinguishedName: object.distinguishedName,
    csvlkSkuId: object['msSPP-CSVLKSkuId'],
    csvlkPid: object['msSPP-CSVLKPid'],
    csvlkPartialProductKey: object['msSPP-CSVLKPartialProductKey'],
  };
}

function certificateOf(text: string): TokenCertificate {
  const [thumbprint = '', subject = '', issuer = '', validFrom = '', validTo = ''] = text.split('|');
  return { thumbprint, subject, issuer, validFrom, validTo };
}

function sameText(one: CimValue | undefined, other: string): boolean {
  return typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
}
