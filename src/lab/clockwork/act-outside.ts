import type { KmsClientAnswer, KmsClientRequest } from '../../kms/engine/client-types';
import { seededRandom } from '../estate/random';
import type { ModelContext } from '../model/context';
import { noRequests } from '../model/product';
import type { Outcome } from '../model/outcome';
import type { OutsideAnswer, OutsideRequest, Procedure } from '../model/outside';
import type { MachineState } from '../model/state';
import { resolveInZone } from './built-in-zone';
import { drive } from './drive';
import { contactInProcess, unreachableAnswer } from './network';
import { type OutsideNetwork, routeOf } from './outside-network';
import { publishEntries } from './publish-events';
import { contextOf, logsOf, publishAtOnce, publishesOutside, wantsPublishing } from './act-at-once';
import { nextDue } from './due';
import type { Acting, LoggedEvent, MachineAct, PlayedStep, SpanSource } from './span';

/** What a procedure that may wait for the network needs. */
export interface Outside {
  readonly source: SpanSource;
  readonly network: OutsideNetwork;
}

function askKms(
  { source, network }: Outside,
  asking: MachineState,
  request: KmsClientRequest,
  now: number,
): Promise<KmsClientAnswer> | KmsClientAnswer {
  if (request.kind === 'resolve-srv') {
    if (network.usesRealDns) return network.resolve(request);
    return source.span((span) => resolveInZone(span.dnsRecords(), request.zone));
  }
  const inProcess = source.span((span) => {
    const route = routeOf(request.host, span, asking, network);
    if (route === 'outside') return null;
    const contacted = contactInProcess(span, asking, request, now);
    // The host remembers before its answer leaves, whatever becomes of the client.
    if (contacted?.contact != null) span.recordContact(contacted.contact);
    return contacted?.answer ?? unreachableAnswer();
  });
  return inProcess ?? network.contact(asking, request);
}

/** Answers one request of a machine's procedure; each answer in process is a span of its own. */
async function askOutside(
  outside: Outside,
  asking: MachineState,
  request: OutsideRequest,
  now: number,
): Promise<OutsideAnswer> {
  if (request.kind === 'resolve-srv' || request.kind === 'contact')
    return askKms(outside, asking, request, now);
  return outside.source.span((span) => {
    const { answer, apply } = span.serve(request, now);
    apply?.();
    return answer;
  });
}

/** Plays a machine's procedure to its end, over sockets and real DNS where these are meant, else in process. */
function driveOutside<T>(
  outside: Outside,
  asking: MachineState,
  procedure: Procedure<T>,
  now: number,
): Promise<T> {
  return drive(procedure, (request) => askOutside(outside, asking, request, now));
}

/** Carries out the wish to publish: on the network, or in the estate's own DNS. */
async function published(
  { source, network }: Outside,
  outcome: Outcome,
  now: number,
): Promise<Pick<PlayedStep, 'logs' | 'zoneChanges'>> {
  const host = outcome.state;
  if (!wantsPublishing(outcome)) return { logs: [], zoneChanges: [] };
  if (!publishesOutside(host, network)) return source.span((span) => publishAtOnce(span, host, now));
  const logs: readonly LoggedEvent[] = publishEntries(host, await network.publish(host), now);
  return { logs, zoneChanges: [] };
}

/** Whether a machine is still what a step began with; what its host service counted meanwhile does not matter. */
function isUnchanged(before: MachineState, now: MachineState | null): boolean {
  return now !== null && JSON.stringify(withoutCounters(before)) === JSON.stringify(withoutCounters(now));
}

function withoutCounters(machine: MachineState): MachineState {
  if (machine.products.every(({ kmsHost }) => kmsHost === null)) return machine;
  return {
    ...machine,
    products: machine.products.map((product) =>
      product.kmsHost === null
        ? product
        : { ...product, kmsHost: { ...product.kmsHost, requests: noRequests } },
    ),
  };
}

/**
 * A context that outlives its span: its numbers come from one that a span draws. Most procedures want none, so that it
 * is drawn, and written, only then.
 */
function contextForLater({ source }: Pick<Outside, 'source'>, now: number): ModelContext {
  let next: (() => number) | null = null;
  const random = (): number => {
    next ??= seededRandom(
      source.span((span) => Math.floor(span.random() * 2 ** 32)),
      0,
    ).next;
    return next();
  };
  return { ...source.span((span) => contextOf(span, now)), random };
}

/**
 * Lets a machine act that needs the network. No transaction is open while it waits: if somebody changed the machine
 * meanwhile, its outcome is dropped and null returned, to be tried anew.
 */
export async function actOutside(
  outside: Outside,
  { state: before, at }: Acting,
  act: MachineAct,
): Promise<Outcome | null> {
  const context = contextForLater(outside, at);
  const outcome = await driveOutside(outside, before, act(before, context), at);
  const { logs, zoneChanges } = await published(outside, outcome, at);
  return outside.source.span((span) => {
    if (!isUnchanged(before, span.findMachine(before.name))) return null;
    span.setTime(at);
    span.record({
      state: outcome.state,
      nextDue: nextDue(outcome.state),
      contacts: [],
      logs: [...logsOf(outcome), ...logs],
      zoneChanges,
    });
    return outcome;
  });
}
