import { type ProductProperty } from '../../licensing/cim-classes';
import { factProperties } from '../../licensing/facts';
import { type InstanceFilter } from '../../licensing/provider';
import { platformKey32 } from '../../licensing/windows';
import { type BridgeOperation } from './bridge/protocol';

/** A verb that is about to run: its name in lower case without the slash, and the words behind it. */
export interface VerbHint {
  readonly name: string;
  readonly args: readonly string[];
}

const identity = [
  'ApplicationId',
  'PartialProductKey',
  'LicenseIsAddon',
  'Description',
  'Name',
] as const satisfies readonly ProductProperty[];
const outcome = ['LicenseStatus', 'LicenseStatusReason'] as const satisfies readonly ProductProperty[];
const withKey: InstanceFilter = { kind: 'has-product-key' };

function products(filter: InstanceFilter, properties: readonly ProductProperty[]): BridgeOperation {
  const select = [...new Set<ProductProperty>(['ID', ...identity, ...properties])];
  return { op: 'query', class: 'SoftwareLicensingProduct', select, filter };
}

function filterOf(which: string | undefined): InstanceFilter {
  if (which === undefined || which === '') return withKey;
  return which.toLowerCase() === 'all' ? { kind: 'all' } : { kind: 'id', id: which };
}

/**
 * What a verb is known to read, to come along with its first round trip. A wrong guess costs a read that nobody asks
 * for and is never wrong otherwise, since every read is matched with what the verb then asks.
 */
export function expectedReads(verb: VerbHint | undefined): readonly BridgeOperation[] {
  switch (verb?.name) {
    case 'dli':
    case 'dlv':
    case 'xpr':
      return [products(filterOf(verb.args[0]), factProperties.product)];
    case 'ato':
      return [products(withKey, [...outcome, 'VLActivationTypeEnabled'])];
    case 'atp':
      return [products(withKey, [...outcome, 'OfflineInstallationId'])];
    case 'upk':
      return [products(withKey, []), { op: 'registry-check-access', key: platformKey32 }];
    case 'ipk':
      return [{ op: 'registry-check-access', key: platformKey32 }];
    default:
      return [];
  }
}
