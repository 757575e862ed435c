import { cacheWithChanges } from '../../kms/engine/counting-cache';
import { publishPlan } from '../../kms/engine/publish-plan';
import type { ModelContext } from '../model/context';
import type { Outcome } from '../model/outcome';
import type { OutsideAnswer, OutsideRequest } from '../model/outside';
import type { MachineState } from '../model/state';
import { publishInZone, resolveInZone, type ZoneChange } from './built-in-zone';
import { driveAtOnce } from './drive';
import { kmsPublishFacts } from './host-facts';
import { simulatedAddress } from './names';
import { contactInProcess, type HostContact, type Neighbours, unreachableAnswer } from './network';
import { type OutsideNetwork, routeOf } from './outside-network';
import { publishEntries, unpublishable } from './publish-events';
import type { Acting, LoggedEvent, MachineAct, Span } from './span';
import { nextDue } from './due';

/** What a step has brought so far; nothing of it is recorded before the step is done. */
interface Stage {
  readonly span: Span;
  readonly machine: MachineState;
  readonly now: number;
  readonly network: OutsideNetwork | null;
  readonly contacts: HostContact[];
  readonly writes: (() => void)[];
}

/** The estate with the step's own contacts already counted. */
function neighboursOf({ span, contacts }: Stage): Neighbours {
  return {
    catalogue: span.catalogue,
    settings: span.settings,
    findMachine: (name) => span.findMachine(name),
    machineNames: () => span.machineNames(),
    dnsRecords: () => span.dnsRecords(),
    cacheOf: (host) =>
      cacheWithChanges(
        span.cacheOf(host),
        contacts.flatMap((contact) => (contact.host === host ? contact.result.cacheChanges : [])),
      ),
  };
}

function answerAtOnce(stage: Stage, request: OutsideRequest): OutsideAnswer | null {
  const { span, machine, now, network } = stage;
  switch (request.kind) {
    case 'resolve-srv':
      return network?.usesRealDns === true ? null : resolveInZone(span.dnsRecords(), request.zone);
    case 'contact': {
      const route = routeOf(request.host, span, machine, network);
      if (route === 'outside') return null;
      const contacted = contactInProcess(neighboursOf(stage), machine, request, now);
      if (contacted === null) return unreachableAnswer();
      if (contacted.contact !== null) stage.contacts.push(contacted.contact);
      return contacted.answer;
    }
    default: {
      const { answer, apply } = span.serve(request, now);
      if (apply !== null) stage.writes.push(apply);
      return answer;
    }
  }
}

/** Whether the outcome wishes to publish the host's records. */
export function wantsPublishing({ wishes }: Outcome): boolean {
  return wishes.some((wish) => wish.kind === 'publish-dns');
}

/** Entries that the outcome has for this machine and for others. */
export function logsOf(outcome: Outcome): readonly LoggedEvent[] {
  const own = outcome.events.map((event) => ({ machine: outcome.state.name, event }));
  const others = outcome.wishes.flatMap((wish) =>
    wish.kind === 'log' ? [{ machine: wish.machine, event: wish.event }] : [],
  );
  return [...own, ...others];
}

/** The context of a step at an instant of the estate's time. */
export function contextOf(span: Span, now: number): ModelContext {
  return { now, random: span.random, catalogue: span.catalogue, settings: span.settings };
}

/** Publishes in the estate's own DNS (K7.2). */
export function publishAtOnce(
  span: Span,
  host: MachineState,
  now: number,
): { readonly logs: readonly LoggedEvent[]; readonly zoneChanges: readonly ZoneChange[] } {
  const facts = kmsPublishFacts(host, span.settings, { addresses: [simulatedAddress(host.name)] });
  const owned = span.settings.firstHostOwnsRecords;
  const plan = publishPlan(facts);
  const { changes, domains } = publishInZone(span.dnsRecords(), plan, owned);
  return { logs: publishEntries(host, [...domains, ...unpublishable(plan)], now), zoneChanges: changes };
}

/** Whether a machine's records go over the network: to a real DNS server, or by the process that serves it. */
export function publishesOutside(
  host: MachineState,
  network: OutsideNetwork | null,
): network is OutsideNetwork {
  return network !== null && (network.usesRealDns || network.isServed(host.name));
}

/**
 * Lets a machine act and records it, as long as all of it can be answered in process. Null: it needs the network;
 * nothing was recorded.
 */
export function actAtOnce(
  span: Span,
  { state: before, at }: Acting,
  act: MachineAct,
  network: OutsideNetwork | null,
): Outcome | null {
  const stage: Stage = { span, machine: before, now: at, network, contacts: [], writes: [] };
  const driven = driveAtOnce(act(before, contextOf(span, at)), (request) => answerAtOnce(stage, request));
  if (driven.kind === 'waits') return null;
  const { value: outcome } = driven;
  const publishes = wantsPublishing(outcome);
  if (publishes && publishesOutside(before, network)) return null;
  const published = publishes ? publishAtOnce(span, outcome.state, at) : { logs: [], zoneChanges: [] };
  for (const write of stage.writes) write();
  span.record({
    state: outcome.state,
    nextDue: nextDue(outcome.state),
    contacts: stage.contacts,
    logs: [...logsOf(outcome), ...published.logs],
    zoneChanges: published.zoneChanges,
  });
  return outcome;
}
