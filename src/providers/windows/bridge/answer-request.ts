import {
  type ClassName,
  keyOfClass,
  methodsOfClass,
  type PropertiesOfClass,
} from '../../../licensing/cim-classes';
import { formatHresult, hresult } from '../../../licensing/hresult';
import {
  isLicensingError,
  LicensingError,
  type LicensingProvider,
  type MethodCall,
} from '../../../licensing/provider';
import { mayGoOn } from './order';
import {
  bridgeVersion,
  type BridgeAnswer,
  type BridgeError,
  type BridgeHost,
  type BridgeOperation,
  type BridgeRequest,
  type BridgeResult,
  type BridgeValue,
} from './protocol';

const invalidParameter = hresult(0x80070057);
const unspecified = hresult(0x80004005);

function refuse(what: string): LicensingError {
  return new LicensingError(invalidParameter, `${what} is not known here.`);
}

function isClass(name: string): name is ClassName {
  return Object.hasOwn(keyOfClass, name);
}

type Query = Extract<BridgeOperation, { op: 'query' }>;
type Invoke = Extract<BridgeOperation, { op: 'invoke' }>;

async function query(provider: LicensingProvider, operation: Query): Promise<BridgeValue> {
  const name = operation.class;
  if (!isClass(name)) throw refuse(name);
  const select = operation.select as readonly PropertiesOfClass[typeof name][];
  const rows = await provider.query({ class: name, select, filter: operation.filter });
  return rows.map((row) => row as Readonly<Record<string, BridgeValue>>);
}

function isMethod(name: ClassName, method: string): boolean {
  return Object.hasOwn(methodsOfClass[name], method);
}

async function argumentsOf(
  provider: LicensingProvider,
  operation: Invoke,
): Promise<Readonly<Record<string, string | number | boolean>>> {
  const pairs = operation.args.map(
    async ({ name, type, value }): Promise<[string, string | number | boolean]> => {
      return [name, type === 'file' ? await provider.files.read(String(value)) : value];
    },
  );
  return Object.fromEntries(await Promise.all(pairs));
}

async function invoke(provider: LicensingProvider, operation: Invoke): Promise<BridgeValue> {
  const name = operation.class;
  if (!isClass(name) || !isMethod(name, operation.method)) throw refuse(`${name}.${operation.method}`);
  const args = await argumentsOf(provider, operation);
  return provider.invoke({ class: name, key: operation.key, method: operation.method, args } as MethodCall);
}

async function perform(provider: LicensingProvider, operation: BridgeOperation): Promise<BridgeValue> {
  const { directory, files, registry, signer } = provider;
  switch (operation.op) {
    case 'query':
      return query(provider, operation);
    case 'invoke':
      return invoke(provider, operation);
    case 'registry-check-access':
      return { code: await registry.checkAccess(operation.key) };
    case 'registry-get':
      return { ...(await registry.getString(operation.key, operation.value)) };
    case 'registry-set':
      return { code: await registry.setString(operation.key, operation.value, operation.data) };
    case 'registry-delete':
      return { code: await registry.deleteValue(operation.key, operation.value) };
    case 'signer-certificates':
      return (await signer.certificates(operation.grants)).map((certificate) => ({ ...certificate }));
    case 'signer-sign':
      return { ...(await signer.sign(operation.challenge, operation.thumbprint, operation.pin)) };
    case 'files-list':
      return files.systemLicenseFiles();
    case 'files-read':
      return files.read(operation.path);
    default:
      return performInDirectory(directory, operation);
  }
}

type DirectoryOperation = Extract<BridgeOperation, { op: `directory-${string}` }>;

async function performInDirectory(
  directory: LicensingProvider['directory'],
  operation: DirectoryOperation,
): Promise<BridgeValue> {
  switch (operation.op) {
    case 'directory-context':
      return directory.configurationNamingContext();
    case 'directory-supported':
      return directory.supportsActivationObjects();
    case 'directory-list':
      return (await directory.listActivationObjects()).map((object) => ({ ...object }));
    case 'directory-get':
      await directory.getObject(operation.dn);
      return null;
    case 'directory-delete':
      await directory.deleteActivationObject(operation.name);
      return null;
  }
}

function errorOf(error: unknown, stage: string): BridgeError {
  const message = error instanceof Error ? error.message : String(error);
  return { hresult: formatHresult(isLicensingError(error) ? error.hresult : unspecified), message, stage };
}

async function resultOf(provider: LicensingProvider, operation: BridgeOperation): Promise<BridgeResult> {
  try {
    return { ok: true, value: await perform(provider, operation) };
  } catch (error) {
    return { ok: false, error: errorOf(error, operation.op) };
  }
}

/**
 * Does what the PowerShell script does, on any licensing provider: the far side of an agent and of a simulated
 * Windows machine. Steps run in order and stop at the first that fails, as their `onError` and `accept` say.
 * `between` is waited for before each of them; what it throws ends the request.
 */
export async function answerRequest(
  provider: LicensingProvider,
  request: BridgeRequest,
  host: BridgeHost,
  between?: () => Promise<void>,
): Promise<BridgeAnswer> {
  const results: BridgeResult[] = [];
  for (const step of request.steps) {
    await between?.();
    const result = await resultOf(provider, step.do);
    results.push(result);
    if (!mayGoOn(step, result)) break;
  }
  return { v: bridgeVersion, host, results };
}
