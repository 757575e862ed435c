import { type HostedProduct, type KmsHostFacts } from '../../kms/engine/host';
import type { CountName } from '../../kms/engine/host-records';
import type { PublishFacts } from '../../kms/engine/publish-plan';
import type { Catalogue, HostGroupId } from '../../licensing/catalogue/types';
import type { EstateSettings } from '../estate/settings';
import { applicationOf, isVistaEra } from '../model/machine';
import type { MachineState, ProductState } from '../model/state';

/** The count that clients of a host key's group add to: one for Windows, one for each Office (K1.4, K1.5). */
export function countOfGroup(group: HostGroupId): CountName {
  return group.startsWith('office-') ? group : 'windows';
}

function hosted(product: ProductState, catalogue: Catalogue): readonly HostedProduct[] {
  if (product.kmsHost === null || product.key === null) return [];
  return [
    {
      activationId: product.activationId,
      applicationId: applicationOf(product, catalogue),
      count: countOfGroup(product.kmsHost.group),
      activated: product.license.status === 'licensed',
      extendedPid: product.key.pid,
      activates: catalogue.activatedBy(product.kmsHost.group),
    },
  ];
}

/** What the host engine needs to know of a machine: its host keys, and the settings that its service loaded. */
export function kmsHostFacts(
  machine: MachineState,
  catalogue: Catalogue,
  settings: Pick<EstateSettings, 'clockToleranceMinutes'>,
): KmsHostFacts {
  return {
    products: machine.products.flatMap((product) => hosted(product, catalogue)),
    activationIntervalMinutes: machine.loadedHost.activationInterval,
    renewalIntervalMinutes: machine.loadedHost.renewalInterval,
    countsPhysicalOnly: isVistaEra(machine),
    clockToleranceMinutes: settings.clockToleranceMinutes,
  };
}

/** What the publish plan needs to know of a machine that is reached at these addresses. */
export function kmsPublishFacts(
  machine: MachineState,
  settings: Pick<EstateSettings, 'publishOwnDomainBesideList' | 'publishListNamesHosts'>,
  reachedAt: { readonly addresses: readonly string[]; readonly port?: number },
): PublishFacts {
  return {
    hostName: machine.name,
    hostDomain: machine.dns.primary ?? machine.domain,
    port: reachedAt.port ?? machine.loadedHost.listeningPort,
    addresses: reachedAt.addresses,
    dnsPublishing: machine.loadedHost.dnsPublishing,
    publishList: machine.loadedHost.publishList,
    ownDomainBesideList: settings.publishOwnDomainBesideList,
    listNames: settings.publishListNamesHosts ? 'hosts' : 'domains',
  };
}
