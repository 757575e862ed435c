import type { PublishPlan } from '../../kms/engine/publish-plan';
import { publishDoneFields, publishFailedFields } from '../../kms/engine/host-events';
import { eventEntry } from '../model/events';
import type { MachineState } from '../model/state';
import type { DomainPublished } from './built-in-zone';
import type { LoggedEvent } from './span';

/** The lines of the publish list that cannot be published, as domains where publishing failed. */
export function unpublishable({ problems }: Pick<PublishPlan, 'problems'>): readonly DomainPublished[] {
  return problems.map(({ line, hresult }) => ({ domain: line, hresult }));
}

/** Event 12294 for each domain where publishing was done, 12293 where it failed (K10.6, K10.7). */
export function publishEntries(
  host: MachineState,
  domains: readonly DomainPublished[],
  at: number,
): readonly LoggedEvent[] {
  return domains.map(({ domain, hresult }) => ({
    machine: host.name,
    event:
      hresult === 0
        ? eventEntry(host, 12294, publishDoneFields(domain), at)
        : eventEntry(host, 12293, publishFailedFields(hresult, domain), at),
  }));
}
