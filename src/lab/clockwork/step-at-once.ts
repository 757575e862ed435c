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
import { publishEntries } from './publish-events';
import type { DueMachine, LoggedEvent, MachineModel, PlayedStep, Span } from './span';

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
      const route = routeOf(request.host, span, network);
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

function wantsPublishing({ wishes }: Outcome): boolean {
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
  const { changes, domains } = publishInZone(span.dnsRecords(), publishPlan(facts), false);
  return { logs: publishEntries(host, domains, now), zoneChanges: changes };
}

/**
 * Plays one due step of one machine and records it, as long as all of it can be answered in process. False: it needs
 * the network; nothing was recorded.
 */
export function stepAtOnce(
  span: Span,
  { state: before, due }: DueMachine,
  model: MachineModel,
  network: OutsideNetwork | null,
): boolean {
  const stage: Stage = { span, machine: before, now: due, network, contacts: [], writes: [] };
  const driven = driveAtOnce(model.step(before, contextOf(span, due)), (request) =>
    answerAtOnce(stage, request),
  );
  if (driven.kind === 'waits') return false;
  const { value: outcome } = driven;
  const publishes = wantsPublishing(outcome);
  if (publishes && network !== null && (network.usesRealDns || network.isServed(before.name))) return false;
  const published = publishes ? publishAtOnce(span, outcome.state, due) : { logs: [], zoneChanges: [] };
  for (const write of stage.writes) write();
  const step: PlayedStep = {
    before,
    state: outcome.state,
    nextDue: model.nextDue(outcome.state),
    contacts: stage.contacts,
    logs: [...logsOf(outcome), ...published.logs],
    zoneChanges: published.zoneChanges,
  };
  span.record(step);
  return true;
}
