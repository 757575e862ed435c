import { advanceAtOnce } from '../../../src/lab/clockwork/advance';
import { actAtOnce } from '../../../src/lab/clockwork/act-at-once';
import { MemoryEstate } from '../../../src/lab/clockwork/memory-estate';
import { defaultSettings, type EstateSettings } from '../../../src/lab/estate/settings';
import { activate } from '../../../src/lab/model/activate';
import { installEdition, newMachine } from '../../../src/lab/model/create';
import { mintKey } from '../../../src/lab/model/keys';
import { restart, start, stop } from '../../../src/lab/model/lifecycle';
import { succeeded, type Outcome } from '../../../src/lab/model/outcome';
import { installProductKey } from '../../../src/lab/model/product-keys';
import { type MachineState, type ProductState } from '../../../src/lab/model/state';
import { type Procedure } from '../../../src/lab/model/outside';
import { type MachineAct } from '../../../src/lab/clockwork/span';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { type Edition } from '../../../src/licensing/catalogue/types';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start2026 = Date.UTC(2026, 0, 5, 8, 0, 0);

export function edition(name: string): Edition {
  const found = catalogue().findEdition(name);
  if (found === undefined) throw new Error(`no edition ${name}`);
  return found;
}

/** An estate in memory whose machines are those of the catalogue, in lab.example. */
export class TestEstate {
  readonly memory: MemoryEstate;

  constructor(settings: Partial<EstateSettings> = {}) {
    this.memory = new MemoryEstate({
      catalogue: catalogue(),
      settings: { ...defaultSettings, ...settings },
      seed: 7,
      now: start2026,
    });
  }

  get now(): number {
    return this.memory.now;
  }

  add(name: string, product = 'Windows 7 Enterprise', changes: Partial<MachineState> = {}): void {
    const { memory } = this;
    const machine = newMachine(
      { name, edition: edition(product), domain: 'lab.example', virtual: false },
      { now: this.now, random: memory.random, catalogue: catalogue(), settings: memory.settings },
    );
    memory.put({ ...machine, ...changes });
  }

  addMany(prefix: string, count: number, product = 'Windows 7 Enterprise'): readonly string[] {
    const names = Array.from({ length: count }, (_, n) => `${prefix}-${String(n + 1).padStart(3, '0')}`);
    for (const name of names) this.add(name, product);
    return names;
  }

  /** A machine with an activated KMS host key of its own edition. */
  addHost(name = 'KMS01', product = 'Windows Server 2008 R2 Standard'): void {
    this.add(name, product);
    this.installHostKey(name, product);
  }

  installHostKey(name: string, product: string): void {
    const key = mintKey({ type: 'csvlk', edition: edition(product) }, this.memory.random);
    this.act(name, (state, context) => succeededBy(installProductKey(state, key, context)));
    const host = this.machine(name).products.find(({ key: installed }) => installed?.text === key);
    if (host === undefined) throw new Error(`the key did not go onto ${name}`);
    const { result } = this.act(name, (state, context) =>
      activate(state, host.activationId, 'by-hand', context),
    );
    if (!result.ok) throw new Error(`${name} was not activated`);
  }

  installOffice(name: string, product: string): void {
    this.act(name, (state, context) =>
      succeededBy(succeeded(installEdition(state, edition(product), context))),
    );
  }

  machine(name: string): MachineState {
    const machine = this.memory.findMachine(name);
    if (machine === null) throw new Error(`no machine ${name}`);
    return machine;
  }

  /** The machine's product with a key: its Windows, or the one whose edition begins with these words. */
  product(name: string, beginning = ''): ProductState {
    const product = this.machine(name).products.find(
      (each) => each.key !== null && each.edition.startsWith(beginning),
    );
    if (product === undefined) throw new Error(`no product on ${name}`);
    return product;
  }

  /** Lets a machine act now, in process. */
  act(name: string, act: MachineAct): Outcome {
    const outcome = actAtOnce(this.memory, { state: this.machine(name), at: this.now }, act, null);
    if (outcome === null) throw new Error('it wants the network');
    return outcome;
  }

  /** /ato; the HRESULT, 0 for success. */
  ato(name: string): number {
    const { activationId } = this.product(name);
    const { result } = this.act(name, (state, context) => activate(state, activationId, 'by-hand', context));
    return result.ok ? 0 : result.hresult;
  }

  stop(name: string): void {
    this.act(name, (state, context) => succeededBy(stop(state, context)));
  }

  start(name: string): void {
    this.act(name, (state, context) => succeededBy(start(state, context)));
  }

  restart(name: string): void {
    this.act(name, (state, context) => succeededBy(restart(state, context)));
  }

  advance(ms: number): number {
    return advanceAtOnce({ source: this.memory, to: this.now + ms }).played;
  }

  /** Machines that are licensed now. */
  licensed(names: readonly string[]): number {
    return names.filter((name) => this.product(name).license.status === 'licensed').length;
  }

  events(name: string, id: number): readonly (readonly string[])[] {
    return this.memory
      .events(name)
      .filter((event) => event.id === id)
      .map(({ fields }) => fields);
  }
}

/** A procedure that asks nothing. */
export function* succeededBy(outcome: Outcome): Procedure<Outcome> {
  yield* [];
  return outcome;
}
