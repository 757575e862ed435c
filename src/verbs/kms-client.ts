import { isLicensingError, type LicensingProvider } from '../licensing/provider';
import { numberOf, textOf } from '../licensing/values';
import { ArgumentError, wholeNumber } from './arguments';
import type { VerbContext, VerbResults } from './context';
import { callProduct, callService, readProducts, readService, type Product, type Service } from './machine';
import type { FixedHost, VerbResult } from './results';

const clientProperties = [
  'KeyManagementServiceMachine',
  'KeyManagementServicePort',
  'KeyManagementServiceLookupDomain',
] as const;

/** A KMS host as /skms takes it: a name or an address, IPv6 in square brackets, and a port. */
interface HostWords {
  readonly name: string;
  readonly port: string;
}

/** Takes `name`, `name:port`, `:port`, `[v6]` and `[v6]:port` apart; the parts are not looked into. */
function splitHostWords(text: string): HostWords {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  if (bracket > 0) return { name: text.slice(0, bracket + 1), port: text.slice(bracket + 2) };
  const colon = text.indexOf(':');
  if (colon === -1) return { name: text, port: '' };
  return { name: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** /skms: fixes the KMS host; a port that is refused takes the name back. An empty word only forgets the port. */
export async function* setKmsMachine({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [words = ''] = args;
  const { name, port } = splitHostWords(words);
  const target = yield* findTarget(provider, args[1] ?? '');
  if (target === null) return;
  if (name !== '') await target.call('SetKeyManagementServiceMachine', { MachineName: name });
  if (port === '') await target.call('ClearKeyManagementServicePort');
  else await setPort(target, port);
  yield {
    kind: 'kms-machine-set',
    name: words,
    lookupDomain: textOf(target.was.KeyManagementServiceLookupDomain),
  };
}

/** /ckms: forgets the fixed KMS host. */
export async function* clearKmsMachine({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const target = yield* findTarget(provider, args[0] ?? '');
  if (target === null) return;
  await target.call('ClearKeyManagementServiceMachine');
  await target.call('ClearKeyManagementServicePort');
  yield { kind: 'kms-machine-cleared', lookupDomain: textOf(target.was.KeyManagementServiceLookupDomain) };
}

/** /skms-domain: sets the DNS domain in which KMS hosts are looked up. */
export async function* setLookupDomain({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [domain = ''] = args;
  if (domain === '') throw new ArgumentError('/skms-domain needs the name of a domain.');
  const target = yield* findTarget(provider, args[1] ?? '');
  if (target === null) return;
  await target.call('SetKeyManagementServiceLookupDomain', { LookupDomain: domain });
  yield { kind: 'lookup-domain-set', domain, fixed: fixedHostOf(target.was) };
}

/** /ckms-domain: forgets that domain. */
export async function* clearLookupDomain({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const target = yield* findTarget(provider, args[0] ?? '');
  if (target === null) return;
  await target.call('ClearKeyManagementServiceLookupDomain');
  yield { kind: 'lookup-domain-cleared', fixed: fixedHostOf(target.was) };
}

/** /skhc: lets the client remember the KMS host that it found. */
export async function* enableHostCaching(context: VerbContext): VerbResults {
  yield await setHostCaching(context.provider, true);
}

/** /ckhc: makes the client ask DNS each time. */
export async function* disableHostCaching(context: VerbContext): VerbResults {
  yield await setHostCaching(context.provider, false);
}

/** /act-type: chooses the ways of volume activation: 0 all, 1 AD, 2 KMS, 3 token. */
export async function* setActivationType({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const type = args[0] === undefined ? 0 : wholeNumber(args[0]);
  if (type < 0 || type > 3) {
    yield { kind: 'invalid-data' };
    return;
  }
  const target = yield* findTarget(provider, args[1] ?? '');
  if (target === null) return;
  if (type === 0) await target.call('ClearVLActivationTypeEnabled');
  else await target.call('SetVLActivationTypeEnabled', { ActivationType: type });
  yield { kind: 'activation-type-set', type };
}

type ClientMethod =
  | 'SetKeyManagementServiceMachine'
  | 'ClearKeyManagementServiceMachine'
  | 'SetKeyManagementServicePort'
  | 'ClearKeyManagementServicePort'
  | 'SetKeyManagementServiceLookupDomain'
  | 'ClearKeyManagementServiceLookupDomain'
  | 'SetVLActivationTypeEnabled'
  | 'ClearVLActivationTypeEnabled';

/** The machine or one product, whose KMS client settings a verb changes. */
interface ClientTarget {
  readonly was: Pick<Service & Product, (typeof clientProperties)[number]>;
  readonly call: (method: ClientMethod, args?: Record<string, string | number>) => Promise<unknown>;
}

async function* findTarget(
  provider: LicensingProvider,
  activationId: string,
): AsyncGenerator<VerbResult, ClientTarget | null, undefined> {
  if (activationId === '') {
    const service = await readService(provider, clientProperties);
    return { was: service, call: (method, args) => callService(provider, service, method, args) };
  }
  const [product] = await readProducts(provider, { kind: 'id', id: activationId }, clientProperties);
  if (product === undefined) {
    yield { kind: 'activation-id-not-found', activationId: activationId.toLowerCase() };
    return null;
  }
  return { was: product, call: (method, args) => callProduct(provider, product, method, args) };
}

/** Sets the port; where it is refused the name that was there before comes back and the error stands. */
async function setPort(target: ClientTarget, port: string): Promise<void> {
  try {
    await target.call('SetKeyManagementServicePort', { PortNumber: wholeNumber(port) });
  } catch (error) {
    if (isLicensingError(error)) await restoreMachine(target);
    throw error;
  }
}

/** The first error is the one to tell: a failure of the way back is not. */
async function restoreMachine(target: ClientTarget): Promise<void> {
  const before = textOf(target.was.KeyManagementServiceMachine);
  try {
    if (before === '') await target.call('ClearKeyManagementServiceMachine');
    else await target.call('SetKeyManagementServiceMachine', { MachineName: before });
  } catch (error) {
    if (!isLicensingError(error)) throw error;
  }
}

function fixedHostOf(was: ClientTarget['was']): FixedHost | null {
  const machine = textOf(was.KeyManagementServiceMachine);
  return machine === '' ? null : { machine, port: numberOf(was.KeyManagementServicePort) ?? 0 };
}

async function setHostCaching(provider: LicensingProvider, enabled: boolean): Promise<VerbResult> {
  await callService(provider, await readService(provider), 'DisableKeyManagementServiceHostCaching', {
    DisableCaching: !enabled,
  });
  return { kind: 'host-caching-set', enabled };
}
