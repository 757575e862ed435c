import type { MethodCall } from '../../licensing/provider';
import { hresult } from '../../licensing/hresult';
import type { MethodOfClass } from '../../licensing/cim-classes';
import { activate, depositConfirmation } from './activate';
import type { ModelContext } from './context';
import { activateForestByPhone, activateForestOnline, forestInstallation } from './directory';
import { modelError } from './errors';
import * as settings from './kms-settings';
import { licenseCheck } from './license-check';
import { activationIdOf, findProduct, isVistaEra } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import type { Procedure } from './outside';
import { installProductKey, uninstallProductKey } from './product-keys';
import { rearmApplication, rearmSku, rearmWindows } from './rearm';
import type { SettingScope } from './registry';
import { mayUsersOperate } from './settings';
import { type ActivationId, type MachineState, type ProductState } from './state';
import {
  depositTokenResponse,
  installLicense,
  tokenChallenge,
  tokenGrants,
  uninstallTokenLicense,
} from './token';

/** What a call is made with beside the machine. */
export interface MethodContext extends ModelContext {
  /** Keys that the lab has blocked (0xC004F051 at /ipk). */
  readonly isBlocked?: (key: string) => boolean;
  /** Rights of the account that calls, where they are not the machine's own setting. */
  readonly elevated?: boolean;
}

type Args = MethodCall['args'];
type ServiceMethod = MethodOfClass<'SoftwareLicensingService'>;
type ProductMethod = MethodOfClass<'SoftwareLicensingProduct'>;

/** No such instance: WBEM_E_NOT_FOUND. */
const notFound = hresult(0x80041002);

function text(args: Args, name: string): string {
  const value = args[name];
  return value === undefined ? '' : String(value);
}

function number(args: Args, name: string): number {
  const value = args[name];
  return typeof value === 'number' ? value : Number.NaN;
}

function flag(args: Args, name: string): boolean {
  return args[name] === true;
}

/** Calls that only read, or that everybody may make. */
const forEverybody = new Set<string>([
  'RefreshLicenseStatus',
  'GetTokenActivationGrants',
  'GenerateTokenActivationChallenge',
]);
/** Activation: everybody's from Windows 7 on (K11.7). */
const activations = new Set<string>([
  'Activate',
  'DepositOfflineConfirmationId',
  'DepositTokenActivationResponse',
]);
/** What UserOperations=1 opens to standard users (K8.11). */
const userOperations = new Set<string>(['InstallProductKey', ...activations]);

/** Whether an account may call the method (K8.11, K11.7, K12.13). */
export function mayCall(machine: MachineState, method: string, elevated = machine.elevated): boolean {
  if (elevated || forEverybody.has(method)) return true;
  if (userOperations.has(method) && mayUsersOperate(machine)) return true;
  return activations.has(method) && !isVistaEra(machine);
}

/** Between a rearm and its restart nothing else is rearmed or keyed (0xC004D302). */
const lockedByRearm = new Set<string>(['InstallProductKey', 'ReArmWindows', 'ReArmApp', 'ReArmSku']);

type SettingMethod = Extract<ServiceMethod & ProductMethod, string>;

/** KMS client settings, of the machine or of one product. */
function changeSetting(
  machine: MachineState,
  method: SettingMethod,
  target: { readonly args: Args; readonly scope: SettingScope },
  context: ModelContext,
): Outcome {
  const { args, scope } = target;
  switch (method) {
    case 'SetKeyManagementServiceMachine':
      return settings.setHostName(machine, text(args, 'MachineName'), scope, context);
    case 'ClearKeyManagementServiceMachine':
      return settings.clearHostName(machine, scope);
    case 'SetKeyManagementServicePort':
      return settings.setHostPort(machine, number(args, 'PortNumber'), scope);
    case 'ClearKeyManagementServicePort':
      return settings.clearHostPort(machine, scope);
    case 'SetKeyManagementServiceLookupDomain':
      return settings.setLookupDomain(machine, text(args, 'LookupDomain'), scope);
    case 'ClearKeyManagementServiceLookupDomain':
      return settings.clearLookupDomain(machine, scope);
    case 'SetVLActivationTypeEnabled':
      return settings.setActivationType(machine, number(args, 'ActivationType'), scope);
    case 'ClearVLActivationTypeEnabled':
      return settings.clearActivationType(machine, scope);
  }
}

type HostMethod =
  | 'SetVLActivationInterval'
  | 'SetVLRenewalInterval'
  | 'SetKeyManagementServiceListeningPort'
  | 'ClearKeyManagementServiceListeningPort'
  | 'DisableKeyManagementServiceDnsPublishing'
  | 'EnableKeyManagementServiceLowPriority'
  | 'DisableKeyManagementServiceHostCaching';

const hostMethods: Record<HostMethod, (machine: MachineState, args: Args) => Outcome> = {
  SetVLActivationInterval: (machine, args) =>
    settings.setActivationInterval(machine, number(args, 'ActivationInterval')),
  SetVLRenewalInterval: (machine, args) =>
    settings.setRenewalInterval(machine, number(args, 'RenewalInterval')),
  SetKeyManagementServiceListeningPort: (machine, args) =>
    settings.setListeningPort(machine, number(args, 'PortNumber')),
  ClearKeyManagementServiceListeningPort: (machine) => settings.clearListeningPort(machine),
  DisableKeyManagementServiceDnsPublishing: (machine, args) =>
    settings.disableDnsPublishing(machine, flag(args, 'DisablePublishing')),
  EnableKeyManagementServiceLowPriority: (machine, args) =>
    settings.enableLowPriority(machine, flag(args, 'EnableLowPriority')),
  DisableKeyManagementServiceHostCaching: (machine, args) =>
    settings.disableHostCaching(machine, flag(args, 'DisableCaching')),
};

type OwnServiceMethod = Exclude<ServiceMethod, SettingMethod | HostMethod>;

function* invokeOwnService(
  machine: MachineState,
  method: OwnServiceMethod,
  args: Args,
  context: MethodContext,
): Procedure<Outcome> {
  const key = text(args, 'ProductKey');
  switch (method) {
    case 'InstallProductKey':
      return installProductKey(machine, key, context, context.isBlocked);
    case 'InstallLicense':
      return installLicense(machine, text(args, 'License'));
    case 'ClearProductKeyFromRegistry':
      return succeeded({ ...machine, keyInRegistry: null });
    case 'ReArmWindows':
      return rearmWindows(machine);
    case 'ReArmApp':
      return rearmApplication(machine, text(args, 'ApplicationId'));
    case 'RefreshLicenseStatus':
      return succeeded(machine, { events: licenseCheck(machine, context) });
    case 'GenerateActiveDirectoryOfflineActivationId':
      return forestInstallation(machine, key, context);
    case 'DoActiveDirectoryOnlineActivation':
      return yield* activateForestOnline(machine, key, text(args, 'ActivationObjectName'), context);
    case 'DepositActiveDirectoryOfflineActivationConfirmation': {
      const confirmation = text(args, 'ConfirmationID');
      const name = text(args, 'ActivationObjectName');
      return yield* activateForestByPhone(machine, { key, confirmation, name }, context);
    }
  }
}

const settingMethods: ReadonlySet<string> = new Set<SettingMethod>([
  'SetKeyManagementServiceMachine',
  'ClearKeyManagementServiceMachine',
  'SetKeyManagementServicePort',
  'ClearKeyManagementServicePort',
  'SetKeyManagementServiceLookupDomain',
  'ClearKeyManagementServiceLookupDomain',
  'SetVLActivationTypeEnabled',
  'ClearVLActivationTypeEnabled',
]);

function isSetting(method: ServiceMethod | ProductMethod): method is SettingMethod {
  return settingMethods.has(method);
}

function isHostMethod(method: ServiceMethod): method is HostMethod {
  return method in hostMethods;
}

function* invokeService(
  machine: MachineState,
  method: ServiceMethod,
  args: Args,
  context: MethodContext,
): Procedure<Outcome> {
  if (isSetting(method)) return changeSetting(machine, method, { args, scope: {} }, context);
  if (isHostMethod(method)) return hostMethods[method](machine, args);
  return yield* invokeOwnService(machine, method, args, context);
}

function* invokeOnKeyed(
  machine: MachineState,
  product: ProductState,
  call: { readonly method: Exclude<ProductMethod, SettingMethod>; readonly args: Args },
  context: ModelContext,
): Procedure<Outcome> {
  const { args } = call;
  switch (call.method) {
    case 'Activate':
      return yield* activate(machine, product.activationId, 'by-hand', context);
    case 'UninstallProductKey':
      return uninstallProductKey(machine, product);
    case 'ReArmSku':
      return rearmSku(machine, product);
    case 'DepositOfflineConfirmationId': {
      const typed = {
        installation: text(args, 'InstallationId'),
        confirmation: text(args, 'ConfirmationId'),
      };
      return depositConfirmation(machine, product, typed, context);
    }
    case 'GetTokenActivationGrants':
      return tokenGrants(machine, context.now);
    case 'GenerateTokenActivationChallenge':
      return tokenChallenge(machine, product, context.now);
    case 'DepositTokenActivationResponse': {
      const typed = {
        challenge: text(args, 'Challenge'),
        response: text(args, 'Response'),
        chain: text(args, 'CertChain'),
      };
      return depositTokenResponse(machine, product, typed, context);
    }
  }
}

/** A licence of the machine by activation ID, with or without a key on it. */
function scopeOf(
  machine: MachineState,
  activationId: string,
  context: ModelContext,
): Required<SettingScope> | undefined {
  const { catalogue } = context;
  const wanted = activationId.toLowerCase();
  const product = findProduct(machine, wanted);
  if (product !== undefined) {
    return {
      applicationId: catalogue.edition(product.edition).applicationId,
      activationId: product.activationId,
    };
  }
  for (const id of machine.editions) {
    const edition = catalogue.edition(id);
    const sku = catalogue.skusOf(edition).find((each) => activationIdOf(each) === (wanted as ActivationId));
    if (sku !== undefined) return { applicationId: edition.applicationId, activationId: activationIdOf(sku) };
  }
  return undefined;
}

function* invokeProduct(
  machine: MachineState,
  id: string,
  call: { readonly method: ProductMethod; readonly args: Args },
  context: ModelContext,
): Procedure<Outcome> {
  const scope = scopeOf(machine, id, context);
  if (scope === undefined) return failed(machine, notFound);
  const { method, args } = call;
  if (isSetting(method)) return changeSetting(machine, method, { args, scope }, context);
  const product = findProduct(machine, id);
  if (product?.key == null) return failed(machine, modelError.keyNotInstalled);
  return yield* invokeOnKeyed(machine, product, { method, args }, context);
}

/**
 * A method call on the machine's licensing service (methodsOfClass): yields what it needs of the world, returns the
 * state after it, its out parameters or its HRESULT, events and wishes. The account must be allowed to (0x80070005,
 * K12.13).
 */
export function* invokeMethod(
  machine: MachineState,
  call: MethodCall,
  context: MethodContext,
): Procedure<Outcome> {
  if (!mayCall(machine, call.method, context.elevated)) return failed(machine, modelError.accessDenied);
  if (machine.pendingRearm !== null && lockedByRearm.has(call.method)) {
    return failed(machine, modelError.rearmedNotRestarted);
  }
  switch (call.class) {
    case 'SoftwareLicensingService':
      return yield* invokeService(machine, call.method, call.args, context);
    case 'SoftwareLicensingProduct':
      return yield* invokeProduct(machine, call.key, { method: call.method, args: call.args }, context);
    case 'SoftwareLicensingTokenActivationLicense':
      return uninstallTokenLicense(machine, call.key);
  }
}
