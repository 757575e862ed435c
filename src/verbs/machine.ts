import { identityProperties, type ProductProperty, type ServiceProperty } from '../licensing/cim-classes';
import { addonOf, isWindows } from '../licensing/facts';
import { channelOf } from '../licensing/channel';
import { hresult } from '../licensing/hresult';
import {
  LicensingError,
  type Instance,
  type InstanceFilter,
  type LicensingProvider,
  type MethodCall,
  type MethodOutput,
} from '../licensing/provider';
import { textOf } from '../licensing/values';
import type { VerbResult } from './results';

export type Service = Instance<'SoftwareLicensingService'>;
export type Product = Instance<'SoftwareLicensingProduct'>;

type MethodName<C extends MethodCall['class']> = Extract<MethodCall, { class: C }>['method'];
type Arguments = MethodCall['args'];

/** Reads the one service instance with its key and some properties. */
export async function readService(
  provider: LicensingProvider,
  select: readonly ServiceProperty[] = [],
): Promise<Service> {
  const names = select.includes('Version') ? [...select] : (['Version', ...select] as const);
  const [service] = await provider.query({
    class: 'SoftwareLicensingService',
    select: names,
    filter: { kind: 'all' },
  });
  if (service === undefined) {
    throw new LicensingError(hresult(0x80041002), 'The machine shows no instance of its licensing service.');
  }
  return service;
}

/** Reads products: {@link identityProperties} and some more properties. */
export async function readProducts(
  provider: LicensingProvider,
  filter: InstanceFilter,
  select: readonly ProductProperty[] = [],
): Promise<readonly Product[]> {
  const names = [...new Set<ProductProperty>([...identityProperties, ...select])];
  return provider.query({ class: 'SoftwareLicensingProduct', select: names, filter });
}

/** Reads one product again, after a method may have changed it; the old facts where it is gone. */
export async function readAgain(
  provider: LicensingProvider,
  product: Product,
  select: readonly ProductProperty[],
): Promise<Product> {
  const id = textOf(product.ID);
  const [fresh] = await readProducts(provider, { kind: 'id', id }, select);
  return fresh ?? product;
}

/** Calls a method of the service. */
export async function callService(
  provider: LicensingProvider,
  service: Service,
  method: MethodName<'SoftwareLicensingService'>,
  args: Arguments = {},
): Promise<MethodOutput> {
  return provider.invoke({ class: 'SoftwareLicensingService', key: textOf(service.Version), method, args });
}

/** Calls a method of a product. */
export async function callProduct(
  provider: LicensingProvider,
  product: Product,
  method: MethodName<'SoftwareLicensingProduct'>,
  args: Arguments = {},
): Promise<MethodOutput> {
  return provider.invoke({ class: 'SoftwareLicensingProduct', key: textOf(product.ID), method, args });
}

/**
 * Lets the service consume its licences again, since it decides by them when to run. Its failure changes nothing for
 * the verb, and Windows' script ignores it too.
 */
export async function refreshLicenseStatus(provider: LicensingProvider, service: Service): Promise<void> {
  try {
    await callService(provider, service, 'RefreshLicenseStatus');
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'LicensingError') throw error;
  }
}

/** What a product is to Windows: its primary licence, another one, or unclear on builds that do not know add-ons. */
type WindowsRole = 'primary' | 'other' | 'unclear';

/** Tells a product's role; a KMS description proves a primary licence where the machine cannot say. */
function windowsRoleOf(product: Product): WindowsRole {
  if (!isWindows(product) || textOf(product.PartialProductKey) === '') return 'other';
  const addon = addonOf(product);
  if (addon !== null) return addon ? 'other' : 'primary';
  const channel = channelOf(textOf(product.Description));
  return channel === 'kms-client' || channel === 'kms-host' ? 'primary' : 'unclear';
}

/** Whether a changing verb means this product: the one named, or Windows without its add-ons where none is named. */
export function isMeant(product: Product, activationId: string): boolean {
  if (activationId !== '') return textOf(product.ID).toLowerCase() === activationId.toLowerCase();
  return isWindows(product) && addonOf(product) !== true;
}

/** The warning for a product of which it is unclear whether the verb should touch it. */
export function severalLicensesWarning(product: Product): VerbResult {
  return {
    kind: 'several-licenses-warning',
    description: textOf(product.Description),
    activationId: textOf(product.ID),
  };
}

/** True where nothing was named and the product's role is unclear. */
export function needsWarning(product: Product, activationId: string): boolean {
  return activationId === '' && windowsRoleOf(product) === 'unclear';
}

/** True after the product that the verb was about, so that further ones stay untouched. */
export function isLast(product: Product, activationId: string): boolean {
  return activationId !== '' || windowsRoleOf(product) === 'primary';
}
