import { hresult } from '../../../src/licensing/hresult';
import { kmsActivation } from '../../../src/kms/engine/client';
import { type ActivationRequest, type ActivationAnswer } from '../../../src/kms/engine/messages';
import { type KmsClientEvent, type RequestSentEvent } from '../../../src/kms/engine/client-events';
import {
  type KmsActivationOutcome,
  type KmsClientFacts,
  type RegisteredHost,
  type SrvRecord,
} from '../../../src/kms/engine/client-types';
import { clientSku, cmid, start, windowsApp } from './fixtures';

export const none: RegisteredHost = { name: null, port: null };
export const unreachable = hresult(0x800706ba);

export function client(changes: Partial<KmsClientFacts> = {}): KmsClientFacts {
  return {
    machineName: 'PC-001.lab.example',
    clientMachineId: cmid(1),
    previousClientMachineId: null,
    isVirtualMachine: false,
    activationId: clientSku,
    applicationId: windowsApp,
    licenseStatus: 2,
    minutesRemaining: 40_123,
    requiredClientCount: 25,
    isVistaEra: false,
    oemMarkerMissing: false,
    registered: { product: none, application: none, global: none },
    cachedHost: null,
    hostCaching: true,
    zones: {
      lookupDomain: null,
      primarySuffix: 'lab.example',
      adDomain: null,
      dhcpDomain: null,
      searchList: [],
    },
    trigger: 'by-hand',
    random: () => 0,
    ...changes,
  };
}

/** Facts with one host named in the registry for all products. */
export function registered(name = 'kms01', port: number | null = null): KmsClientFacts {
  return client({ registered: { product: none, application: none, global: { name, port } } });
}

export function counted(count: number): ActivationAnswer {
  return {
    kind: 'count',
    count,
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10_080,
    hostExtendedPid: 'ePID',
    hostTime: start,
  };
}

export function refusedWith(code: number): ActivationAnswer {
  return { kind: 'refusal', hresult: hresult(code) };
}

export function srv(target: string, priority = 0, weight = 0, port = 1688): SrvRecord {
  return { target, priority, weight, port };
}

/** The world as a client sees it: hosts by host:port (lower case; missing: unreachable), zones by name. */
export interface World {
  readonly hosts?: Readonly<Record<string, ActivationAnswer>>;
  /** A number is the error that DNS gives; a missing zone is 0x8007232B. */
  readonly zones?: Readonly<Record<string, readonly SrvRecord[] | number>>;
}

export interface Run {
  readonly outcome: KmsActivationOutcome;
  /** "dns lab.example", "kms01:1688", in order. */
  readonly asked: readonly string[];
  readonly requests: readonly ActivationRequest[];
}

/** Plays an attempt against a world. */
export function play(facts: KmsClientFacts, world: World = {}, now: number = start): Run {
  const asked: string[] = [];
  const requests: ActivationRequest[] = [];
  const attempt = kmsActivation(facts, now);
  let step = attempt.next();
  while (step.done !== true) {
    const wish = step.value;
    if (wish.kind === 'resolve-srv') {
      asked.push(`dns ${wish.zone}`);
      const found = world.zones?.[wish.zone] ?? 0x8007232b;
      step = attempt.next({
        kind: 'resolve-srv',
        result:
          typeof found === 'number' ? { ok: false, hresult: hresult(found) } : { ok: true, records: found },
      });
    } else {
      const key = `${wish.host.name}:${String(wish.host.port)}`;
      asked.push(key);
      requests.push(wish.request);
      const answer = world.hosts?.[key.toLowerCase()];
      step = attempt.next({
        kind: 'contact',
        result:
          answer === undefined
            ? { ok: false, hresult: unreachable }
            : { ok: true, answer, ipAddress: '192.0.2.1', sameMachine: false },
      });
    }
  }
  return { outcome: step.value, asked, requests };
}

export function eventsWithId<Id extends KmsClientEvent['id']>(
  { outcome }: Run,
  id: Id,
): readonly Extract<KmsClientEvent, { id: Id }>[] {
  return outcome.events.filter((event): event is Extract<KmsClientEvent, { id: Id }> => event.id === id);
}

/** "host 0xCODE" of each 12288. */
export function sent(run: Run): readonly string[] {
  return eventsWithId(run, 12288).map(
    (event: RequestSentEvent) => `${event.host} ${event.hresult.toString(16)}`,
  );
}
