import type { ContactRequest, ContactAnswer, SrvRecord } from '../../../src/kms/engine/client-types';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { hresult, type Hresult } from '../../../src/licensing/hresult';
import type { MethodCall, MethodOutput } from '../../../src/licensing/provider';
import { dayMs, defaultModelSettings, minuteMs, type ModelContext } from '../../../src/lab/model/context';
import { newMachine, type NewMachine } from '../../../src/lab/model/create';
import { mintKey, type LabKeyType } from '../../../src/lab/model/keys';
import { invokeMethod } from '../../../src/lab/model/methods';
import { decideActivation, type KeyUses } from '../../../src/lab/model/microsoft';
import type { Outcome } from '../../../src/lab/model/outcome';
import type {
  DirectoryAnswer,
  ForestObject,
  HypervisorAnswer,
  OutsideAnswer,
  OutsideRequest,
  Procedure,
} from '../../../src/lab/model/outside';
import { writeRegistry } from '../../../src/lab/model/registry';
import type { MachineState, ProductState, RegistryValue } from '../../../src/lab/model/state';
import { nextDue, step } from '../../../src/lab/model/step';

export const shop = catalogue();
export const begin = Date.parse('2026-01-05T08:00:00Z');
export const days = (count: number): number => count * dayMs;
export const minutes = (count: number): number => count * minuteMs;

/** A repeatable source of numbers (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function context(now = begin, seed = 1): ModelContext {
  return { now, random: seeded(seed), catalogue: shop, settings: defaultModelSettings };
}

export function machine(product: string, more: Partial<NewMachine> = {}): MachineState {
  const edition = shop.findEdition(product)!;
  return newMachine({ name: 'PC-001', edition, domain: 'lab.example', virtual: false, ...more }, context());
}

export function labKey(type: LabKeyType, product: string, seed = 7, pool?: number): string {
  return mintKey(
    { type, edition: shop.findEdition(product)!, ...(pool === undefined ? {} : { pool }) },
    seeded(seed),
  );
}

/** The world around one machine, as a test wants it. */
export class World {
  count = 25;
  intervals = { activation: 120, renewal: 10_080 };
  /** Why hosts give no answer or refuse; null: they serve. */
  refusal: Hresult | null = null;
  unreachable = false;
  records: readonly SrvRecord[] | Hresult = [
    { priority: 0, weight: 0, port: 1688, target: 'kms01.lab.example' },
  ];
  readonly uses = new Map<string, KeyUses>();
  readonly blocked = new Set<string>();
  online = true;
  directory: Omit<DirectoryAnswer, 'kind'> = { reachable: true, supported: true, objects: [] };
  hypervisor: HypervisorAnswer['host'] = null;
  readonly asked: OutsideRequest[] = [];

  contacts(): readonly ContactRequest[] {
    return this.asked.filter((request) => request.kind === 'contact');
  }

  answer(request: OutsideRequest): OutsideAnswer {
    this.asked.push(request);
    switch (request.kind) {
      case 'resolve-srv':
        return {
          kind: 'resolve-srv',
          result:
            typeof this.records === 'number'
              ? { ok: false, hresult: this.records }
              : { ok: true, records: this.records },
        };
      case 'contact':
        return this.served();
      case 'microsoft': {
        if (!this.online) return { kind: 'microsoft', hresult: hresult(0x80072ee7) };
        const { key, hardwareId } = request;
        const isBlocked = this.blocked.has(key.text);
        const decided = decideActivation(key, this.uses.get(key.text) ?? {}, { hardwareId, isBlocked });
        this.uses.set(key.text, decided.uses);
        return { kind: 'microsoft', hresult: decided.hresult };
      }
      case 'directory':
        return { kind: 'directory', ...this.directory };
      case 'directory-write':
        this.directory = { ...this.directory, objects: [...this.directory.objects, request.object] };
        return { kind: 'directory-write', hresult: 0 };
      case 'hypervisor':
        return { kind: 'hypervisor', host: this.hypervisor };
    }
  }

  private served(): ContactAnswer {
    if (this.unreachable) return { kind: 'contact', result: { ok: false, hresult: hresult(0x800706ba) } };
    const answer =
      this.refusal === null
        ? ({
            kind: 'count',
            count: this.count,
            activationIntervalMinutes: this.intervals.activation,
            renewalIntervalMinutes: this.intervals.renewal,
            hostExtendedPid: '99999-00206-234-001162-03-1033-7601.0000-0052026',
            hostTime: begin,
          } as const)
        : ({ kind: 'refusal', hresult: this.refusal } as const);
    return { kind: 'contact', result: { ok: true, answer, ipAddress: '192.0.2.10', sameMachine: false } };
  }

  play<T>(procedure: Procedure<T>): T {
    let turn = procedure.next();
    while (turn.done !== true) turn = procedure.next(this.answer(turn.value));
    return turn.value;
  }

  /** Plays everything due up to an instant, and says what happened. */
  playUntil(state: MachineState, until: number): { state: MachineState; outcomes: readonly Outcome[] } {
    let now = state;
    const outcomes: Outcome[] = [];
    for (let due = nextDue(now); due !== null && due <= until; due = nextDue(now)) {
      const outcome = this.play(step(now, context(due)));
      outcomes.push(outcome);
      now = outcome.state;
      if (outcomes.length > 20_000) throw new Error('The machine never comes to rest');
    }
    return { state: now, outcomes };
  }

  call(state: MachineState, call: MethodCall, now = begin): Outcome {
    return this.play(invokeMethod(state, call, context(now)));
  }

  service(
    state: MachineState,
    method: Extract<MethodCall, { class: 'SoftwareLicensingService' }>['method'],
    args: MethodCall['args'] = {},
    now = begin,
  ): Outcome {
    return this.call(state, { class: 'SoftwareLicensingService', key: state.version, method, args }, now);
  }

  product(
    state: MachineState,
    id: string,
    method: Extract<MethodCall, { class: 'SoftwareLicensingProduct' }>['method'],
    args: MethodCall['args'] = {},
  ): Outcome {
    return this.call(state, { class: 'SoftwareLicensingProduct', key: id, method, args });
  }

  /** /ato on the machine's Windows (its first product with a key). */
  ato(state: MachineState, now = begin): Outcome {
    const { activationId: key } = keyed(state);
    return this.call(state, { class: 'SoftwareLicensingProduct', key, method: 'Activate', args: {} }, now);
  }

  /** /ipk; the state after it, which must have worked. */
  ipk(state: MachineState, key: string, now = begin): MachineState {
    const outcome = this.service(state, 'InstallProductKey', { ProductKey: key }, now);
    expect(errorOf(outcome)).toBe('0x0');
    return outcome.state;
  }
}

/** The machine's first product with a key. */
export function keyed(state: MachineState): ProductState {
  return state.products.find(({ key }) => key !== null)!;
}

/** "0xC004F074" or "0x0". */
export function errorOf(outcome: Outcome): string {
  return outcome.result.ok ? '0x0' : `0x${outcome.result.hresult.toString(16).toUpperCase()}`;
}

export function outputOf(outcome: Outcome): MethodOutput {
  if (!outcome.result.ok) throw new Error(errorOf(outcome));
  return outcome.result.output;
}

export function withRegistry(state: MachineState, name: string, value: RegistryValue): MachineState {
  return { ...state, registry: writeRegistry(state.registry, name, value) };
}

export const dword = (data: number): RegistryValue => ({ type: 'DWORD', data });
export const sz = (data: string): RegistryValue => ({ type: 'SZ', data });

export function forestObject(group: ForestObject['group']): ForestObject {
  return {
    displayName: 'Lab AO',
    distinguishedName: 'CN=Lab AO,CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=lab',
    csvlkSkuId: '11111111-2222-5333-8444-555555555555',
    csvlkPid: '99999-00206-471-222222-03-1033-20348.0000-0052026',
    csvlkPartialProductKey: 'ABCDE',
    group,
  };
}
