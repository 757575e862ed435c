import { isWindows } from '../licensing/facts';
import type { LicensingProvider } from '../licensing/provider';
import { flagOf } from '../licensing/values';
import { wholeNumber } from './arguments';
import type { VerbContext, VerbResults } from './context';
import { callService, readProducts, readService, type Product, type Service } from './machine';
import type { HostSetting } from './results';

/** /sprt: the TCP port on which the KMS host listens. */
export async function* setListeningPort(context: VerbContext, args: readonly string[]): VerbResults {
  yield* setOnHost(context, { name: 'port', value: wholeNumber(args[0] ?? '') });
}

/** /sai: minutes after which clients that are not activated ask again. */
export async function* setActivationInterval(context: VerbContext, args: readonly string[]): VerbResults {
  yield* setInterval(context, 'activation-interval', args);
}

/** /sri: minutes after which activated clients renew. */
export async function* setRenewalInterval(context: VerbContext, args: readonly string[]): VerbResults {
  yield* setInterval(context, 'renewal-interval', args);
}

/** /sdns: publishes the host in DNS. */
export async function* enableDnsPublishing(context: VerbContext): VerbResults {
  yield* setOnHost(context, { name: 'dns-publishing', value: true });
}

/** /cdns: stops publishing. */
export async function* disableDnsPublishing(context: VerbContext): VerbResults {
  yield* setOnHost(context, { name: 'dns-publishing', value: false });
}

/** /spri: normal priority for the KMS host's work. */
export async function* setNormalPriority(context: VerbContext): VerbResults {
  yield* setOnHost(context, { name: 'low-priority', value: false });
}

/** /cpri: low priority. */
export async function* setLowPriority(context: VerbContext): VerbResults {
  yield* setOnHost(context, { name: 'low-priority', value: true });
}

async function* setInterval(
  context: VerbContext,
  name: 'activation-interval' | 'renewal-interval',
  args: readonly string[],
): VerbResults {
  const value = wholeNumber(args[0] ?? '');
  if (value < 0) yield { kind: 'invalid-data' };
  else yield* setOnHost(context, { name, value });
}

async function* setOnHost({ provider }: VerbContext, setting: HostSetting): VerbResults {
  const service = await readService(provider);
  const products = await readProducts(provider, { kind: 'has-product-key' }, [
    'IsKeyManagementServiceMachine',
  ]);
  if (!products.some((product) => isHostFor(product, setting))) {
    yield { kind: 'not-a-kms-host', setting: setting.name };
    return;
  }
  await applySetting(provider, service, setting);
  yield { kind: 'host-setting-set', setting };
}

/** The priority is a matter of Windows' own KMS host; the other settings hold for a host of any product. */
function isHostFor(product: Product, setting: HostSetting): boolean {
  if (!flagOf(product.IsKeyManagementServiceMachine)) return false;
  return setting.name !== 'low-priority' || isWindows(product);
}

async function applySetting(
  provider: LicensingProvider,
  service: Service,
  setting: HostSetting,
): Promise<void> {
  switch (setting.name) {
    case 'port':
      await callService(provider, service, 'SetKeyManagementServiceListeningPort', {
        PortNumber: setting.value,
      });
      return;
    case 'activation-interval':
      await callService(provider, service, 'SetVLActivationInterval', { ActivationInterval: setting.value });
      return;
    case 'renewal-interval':
      await callService(provider, service, 'SetVLRenewalInterval', { RenewalInterval: setting.value });
      return;
    case 'dns-publishing':
      await callService(provider, service, 'DisableKeyManagementServiceDnsPublishing', {
        DisablePublishing: !setting.value,
      });
      return;
    case 'low-priority':
      await callService(provider, service, 'EnableKeyManagementServiceLowPriority', {
        EnableLowPriority: setting.value,
      });
  }
}
