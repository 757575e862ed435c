import { hresult, type Hresult } from '../../licensing/hresult';
import {
  type ActivationTaskFailedEvent,
  type KmsClientEvent,
  type RequestSentEvent,
  statusFlag,
} from './client-events';
import {
  type ActivationTrigger,
  type HostAddress,
  type KmsActivation,
  type KmsActivationOutcome,
  type KmsClientAnswer,
  type KmsClientFacts,
  type KmsClientRequest,
  type ServedBy,
  type SrvRecord,
} from './client-types';
import { chooseHost } from './host-choice';
import { type ActivationRequest, type CountAnswer } from './messages';
import { clientError, refusal } from './refusals';
import { orderAtRandom, orderByPriorityAndWeight } from './srv-order';
import { zonesToAsk } from './zones';

/** What one host made of the request. */
type Attempt =
  | {
      readonly kind: 'served';
      readonly host: HostAddress;
      readonly ipAddress: string | null;
      readonly answer: CountAnswer;
    }
  | { readonly kind: 'refused'; readonly hresult: Hresult }
  | { readonly kind: 'silent' };

type Served = Extract<Attempt, { kind: 'served' }>;
type Contact<T> = Generator<KmsClientRequest, T, KmsClientAnswer>;

/** The attempt as it goes on: what is fixed for all hosts, and the events so far. */
interface Course {
  readonly facts: KmsClientFacts;
  readonly request: ActivationRequest;
  readonly events: KmsClientEvent[];
  /** Bits that the last 12288 had, for the 12289 that follows it. */
  lastFlags: number;
}

function hostText({ name, port }: HostAddress): string {
  return name.includes(':') ? `[${name}]:${String(port)}` : `${name}:${String(port)}`;
}

function hostKey(host: HostAddress): string {
  return hostText(host)
    .toLowerCase()
    .replace(/\.(?=:\d+$)/, '');
}

function requestOf(facts: KmsClientFacts, now: number): ActivationRequest {
  return {
    clientMachineId: facts.clientMachineId,
    previousClientMachineId: facts.previousClientMachineId,
    machineName: facts.machineName,
    licenseStatus: facts.licenseStatus,
    minutesRemaining: facts.minutesRemaining,
    activationId: facts.activationId,
    applicationId: facts.applicationId,
    requiredClientCount: facts.requiredClientCount,
    isVirtualMachine: facts.isVirtualMachine,
    clientTime: now,
  };
}

function recordSent(course: Course, host: HostAddress, code: Hresult, flags: number): void {
  const { facts, request } = course;
  const event: RequestSentEvent = {
    id: 12288,
    hresult: code,
    flags,
    host: hostText(host),
    clientMachineId: request.clientMachineId,
    clientTime: request.clientTime,
    isVirtualMachine: request.isVirtualMachine,
    licenseStatus: request.licenseStatus,
    minutesToExpiration: request.minutesRemaining,
    activationId: request.activationId,
    requiredClientCount: facts.requiredClientCount,
  };
  course.events.push(event);
  course.lastFlags = flags;
}

function mismatch(kind: KmsClientRequest['kind']): never {
  throw new TypeError(`The KMS client asked for ${kind} and was resumed with another answer`);
}

/** One request to one host, with its event 12288 (K10.1). */
function* contact(course: Course, host: HostAddress): Contact<Attempt> {
  const resumed = yield { kind: 'contact', host, request: course.request };
  if (resumed.kind !== 'contact') return mismatch('contact');
  const { result } = resumed;
  if (!result.ok) {
    recordSent(course, host, result.hresult, 0);
    return { kind: 'silent' };
  }
  if (result.answer.kind === 'refusal') {
    const code = result.answer.hresult;
    recordSent(course, host, code, code === refusal.notEnabled ? statusFlag.noBindingService : 0);
    return { kind: 'refused', hresult: code };
  }
  recordSent(course, host, hresult(0), result.sameMachine ? 0 : statusFlag.otherHost);
  return { kind: 'served', host, ipAddress: result.ipAddress, answer: result.answer };
}

/** Whether a host can be reached by the record: a port of 0 or a target of "." says that there is no service (RFC 2782). */
function isUsable({ target, port }: SrvRecord): boolean {
  return target !== '' && target !== '.' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** SRV records of the first zone that has any (K6.10); otherwise the error that DNS gave (K6.11). */
function* discover(facts: KmsClientFacts): Contact<readonly SrvRecord[] | Hresult> {
  let error: Hresult | null = null;
  for (const zone of zonesToAsk(facts.zones)) {
    const resumed = yield { kind: 'resolve-srv', zone };
    if (resumed.kind !== 'resolve-srv') return mismatch('resolve-srv');
    const { result } = resumed;
    const usable = result.ok ? result.records.filter(isUsable) : [];
    if (usable.length > 0) return usable;
    const code = result.ok ? clientError.dnsNoRecords : result.hresult;
    // A server that failed may hide the records: it tells more than a zone that has none.
    if (error === null || code === clientError.dnsServerFailure) error = code;
  }
  return error ?? clientError.invalidName;
}

/** Hosts in turn until one serves (K6.12); those already tried are passed over. */
function* tryInTurn(course: Course, records: readonly SrvRecord[], tried: Set<string>): Contact<Attempt> {
  let last: Attempt = { kind: 'silent' };
  for (const { target, port } of records) {
    const host = { name: target, port };
    if (tried.has(hostKey(host))) continue;
    tried.add(hostKey(host));
    const attempt = yield* contact(course, host);
    if (attempt.kind === 'served') return attempt;
    if (attempt.kind === 'refused') last = worse(last, attempt);
  }
  return last;
}

/** Of what hosts answered, the first that may be shown as it is (K12.15). */
function worse(before: Attempt, now: Attempt): Attempt {
  const isShowable = before.kind === 'refused' && before.hresult !== refusal.invalidTimestamp;
  return isShowable || now.kind !== 'refused' ? before : now;
}

/** What stands on the screen when nobody served (K12.5 to K12.10, K12.15). */
function shownFor(attempt: Attempt): Hresult {
  return attempt.kind === 'refused' && attempt.hresult !== refusal.invalidTimestamp
    ? attempt.hresult
    : clientError.serviceUnavailable;
}

const triggerName: Record<Exclude<ActivationTrigger, 'by-hand'>, string> = {
  'service-start': 'ServiceStart',
  timer: 'TimerEvent',
  'network-change': 'NetworkAvailable',
};

/** Event 8198 of an attempt that nobody asked for by hand (K10.12). */
function taskFailed(facts: KmsClientFacts, code: Hresult): readonly ActivationTaskFailedEvent[] {
  if (facts.trigger === 'by-hand') return [];
  const words = [
    'Action=AutoActivateSilent',
    `AppId=${facts.applicationId}`,
    `SkuId=${facts.activationId}`,
    `Trigger=${triggerName[facts.trigger]}`,
  ];
  return [{ id: 8198, hresult: code, arguments: words.join(';') }];
}

function failed(course: Course, shown: Hresult, forgetCachedHost: boolean): KmsActivationOutcome {
  return {
    kind: 'failed',
    shown,
    forgetCachedHost,
    events: [...course.events, ...taskFailed(course.facts, shown)],
  };
}

/** The client's own decision over an answer (K1.2), with event 12289 (K10.2). */
function bind(course: Course, served: Served, discovered: boolean): KmsActivationOutcome {
  const { facts } = course;
  const { answer } = served;
  const isCountLow = answer.count < facts.requiredClientCount;
  const bound = !isCountLow && !facts.oemMarkerMissing;
  const flags =
    course.lastFlags |
    (isCountLow ? statusFlag.countNotEnough : 0) |
    (facts.oemMarkerMissing ? statusFlag.oemMarkerMissing : 0);
  course.events.push({
    id: 12289,
    hresult: hresult(0),
    flags,
    bound,
    count: answer.count,
    activationIntervalMinutes: answer.activationIntervalMinutes,
    renewalIntervalMinutes: answer.renewalIntervalMinutes,
    clientTime: course.request.clientTime,
  });
  const servedBy: ServedBy = {
    host: served.host,
    ipAddress: served.ipAddress,
    discovered,
    extendedPid: answer.hostExtendedPid,
    count: answer.count,
    activationIntervalMinutes: answer.activationIntervalMinutes,
    renewalIntervalMinutes: answer.renewalIntervalMinutes,
  };
  if (bound) return { kind: 'activated', shown: hresult(0), servedBy, events: course.events };
  const shown = facts.oemMarkerMissing ? clientError.oemMarkerMissing : clientError.notEnoughCount;
  return { kind: 'not-bound', shown, servedBy, events: [...course.events, ...taskFailed(facts, shown)] };
}

function* activateRegistered(course: Course, host: HostAddress): Contact<KmsActivationOutcome> {
  const attempt = yield* contact(course, host);
  if (attempt.kind === 'served') return bind(course, attempt, false);
  const isVistaSilent = attempt.kind === 'silent' && course.facts.isVistaEra;
  return failed(course, isVistaSilent ? clientError.rpcServerUnavailable : shownFor(attempt), false);
}

/** Discovery (K6.5), after a cached host that did not serve (K6.6): `cached` is its attempt. */
function* activateDiscovered(
  course: Course,
  cached: { readonly host: HostAddress; readonly attempt: Attempt } | null,
): Contact<KmsActivationOutcome> {
  const found = yield* discover(course.facts);
  const before: Attempt = cached?.attempt ?? { kind: 'silent' };
  if (typeof found === 'number') {
    return failed(course, before.kind === 'refused' ? shownFor(before) : found, cached !== null);
  }
  const order = course.facts.isVistaEra ? orderAtRandom : orderByPriorityAndWeight;
  const tried = new Set(cached === null ? [] : [hostKey(cached.host)]);
  const attempt = yield* tryInTurn(course, order(found, course.facts.random), tried);
  if (attempt.kind === 'served') return bind(course, attempt, true);
  return failed(course, shownFor(worse(before, attempt)), cached !== null);
}

/**
 * One activation or renewal attempt of one product: chooses hosts (K6.1 to K6.6), yields what it needs of the
 * network, decides (K1.2, K12.15) and returns what goes on the screen, into the event log and into the machine's
 * memory. Resume it with an answer of the kind it asked for; throws a TypeError otherwise.
 *
 * @param now the machine's own clock, epoch milliseconds
 */
export function* kmsActivation(facts: KmsClientFacts, now: number): KmsActivation {
  const course: Course = { facts, request: requestOf(facts, now), events: [], lastFlags: 0 };
  const choice = chooseHost(facts);
  switch (choice.kind) {
    case 'registered':
      return yield* activateRegistered(course, choice.host);
    case 'discover':
      return yield* activateDiscovered(course, null);
    case 'cached': {
      const attempt = yield* contact(course, choice.host);
      if (attempt.kind === 'served') return bind(course, attempt, true);
      return yield* activateDiscovered(course, { host: choice.host, attempt });
    }
  }
}
