import { methodsOfClass } from '../licensing/cim-classes';
import type { PlannedCall } from '../licensing/planned-call';
import type { LicensingProvider, MethodCall, MethodOutput } from '../licensing/provider';

/** A provider that reads from another one and only notes what would change something. */
export interface DryRun {
  readonly provider: LicensingProvider;
  readonly plannedCalls: readonly PlannedCall[];
}

/** Methods that change nothing and whose answers a verb goes on with. */
const readingMethods: ReadonlySet<string> = new Set(['GetTokenActivationGrants']);

/**
 * Wraps a provider so that every changing call is noted and none is made; each seems to succeed, and what it would have
 * changed stays as it is.
 */
export function dryRunOf(inner: LicensingProvider): DryRun {
  const plannedCalls: PlannedCall[] = [];
  const plan = (target: string, method: string, args: PlannedCall['args']): void => {
    plannedCalls.push({ target, method, args });
  };
  const provider: LicensingProvider = {
    description: inner.description,
    now: () => inner.now(),
    query: (query) => inner.query(query),
    invoke: (call) => {
      if (readingMethods.has(call.method)) return inner.invoke(call);
      plan(receiverOf(call), call.method, inOrder(call));
      const nothing: MethodOutput = {};
      return Promise.resolve(nothing);
    },
    registry: {
      checkAccess: (key) => inner.registry.checkAccess(key),
      getString: (key, value) => inner.registry.getString(key, value),
      setString: (key, value, data) => {
        plan('registry', 'SetStringValue', { key, value, data });
        return Promise.resolve(0);
      },
      deleteValue: (key, value) => {
        plan('registry', 'DeleteValue', { key, value });
        return Promise.resolve(0);
      },
    },
    directory: {
      configurationNamingContext: () => inner.directory.configurationNamingContext(),
      supportsActivationObjects: () => inner.directory.supportsActivationObjects(),
      listActivationObjects: () => inner.directory.listActivationObjects(),
      getObject: (name) => inner.directory.getObject(name),
      deleteActivationObject: (relativeName) => {
        plan('directory', 'Delete', { relativeName });
        return Promise.resolve();
      },
    },
    signer: {
      certificates: (grants) => inner.signer.certificates(grants),
      sign: (_challenge, thumbprint, pin) => {
        plan('signer', 'Sign', { thumbprint, pin: pin === '' ? '' : '***' });
        return Promise.resolve({ signature: '', chain: '' });
      },
    },
    files: inner.files,
    close: () => inner.close(),
  };
  return { provider, plannedCalls };
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

function inOrder(call: MethodCall): PlannedCall['args'] {
  const methods: Readonly<Record<string, readonly (readonly [string, string])[]>> =
    methodsOfClass[call.class];
  const names = (methods[call.method] ?? []).map(([name]) => name);
  return Object.fromEntries(names.map((name) => [name, call.args[name] ?? '']));
}
