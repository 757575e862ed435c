import fc from 'fast-check';
import type { ContactAnswer, ResolveSrvAnswer } from '../../../src/kms/engine/client-types';
import { machineSchema } from '../../../src/lab/estate/machine-schema';
import type { OutsideAnswer, OutsideRequest } from '../../../src/lab/model/outside';
import { nextDue } from '../../../src/lab/model/step';
import { hresult } from '../../../src/licensing/hresult';
import { begin, days, keyed, machine, minutes, World } from './harness';

/** Numbers as nobody means them. */
const strange = fc.oneof(
  fc.constantFrom(0, -1, 1, 14, 43_201, 0xffff_ffff, 2 ** 53, -(2 ** 53), 0.5, NaN, Infinity, -Infinity),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const code = fc.integer({ min: 1, max: 0xffff_ffff }).map(hresult);
const words = fc.string({ unit: 'binary', maxLength: 79 });

const contactAnswers: fc.Arbitrary<ContactAnswer> = fc
  .oneof(
    code.map((hresult) => ({ ok: false as const, hresult })),
    fc.record({
      ok: fc.constant(true as const),
      ipAddress: fc.option(fc.ipV4(), { nil: null }),
      sameMachine: fc.boolean(),
      answer: fc.oneof(
        fc.record({ kind: fc.constant('refusal' as const), hresult: code }),
        fc.record({
          kind: fc.constant('count' as const),
          count: strange,
          activationIntervalMinutes: strange,
          renewalIntervalMinutes: strange,
          hostExtendedPid: words,
          hostTime: strange,
        }),
      ),
    }),
  )
  .map((result) => ({ kind: 'contact', result }));

const dnsAnswers: fc.Arbitrary<ResolveSrvAnswer> = fc
  .oneof(
    code.map((hresult) => ({ ok: false as const, hresult })),
    fc
      .array(fc.record({ priority: strange, weight: strange, port: strange, target: words }), {
        maxLength: 4,
      })
      .map((records) => ({ ok: true as const, records })),
  )
  .map((result) => ({ kind: 'resolve-srv', result }));

/** A world in which the network says whatever it likes. */
class HostileWorld extends World {
  readonly #contacts: readonly ContactAnswer[];
  readonly #dns: readonly ResolveSrvAnswer[];

  constructor(contacts: readonly ContactAnswer[], dns: readonly ResolveSrvAnswer[]) {
    super();
    this.#contacts = contacts;
    this.#dns = dns;
  }

  override answer(request: OutsideRequest): OutsideAnswer {
    this.asked.push(request);
    const turn = this.asked.length;
    if (request.kind === 'contact') return this.#contacts[turn % this.#contacts.length]!;
    if (request.kind === 'resolve-srv') return this.#dns[turn % this.#dns.length]!;
    return super.answer(request);
  }
}

test('whatever hosts and DNS answer, a client keeps a state that can be written, and comes to rest between attempts', () => {
  fc.assert(
    fc.property(
      fc.array(contactAnswers, { minLength: 1, maxLength: 4 }),
      fc.array(dnsAnswers, { minLength: 1, maxLength: 3 }),
      (contacts, dns) => {
        const world = new HostileWorld(contacts, dns);
        const asked = world.ato(machine('Windows 7 Enterprise')).state;
        const { state } = world.playUntil(asked, begin + days(2));
        const parsed = machineSchema.safeParse(JSON.parse(JSON.stringify(state)));
        expect(parsed.error?.issues ?? []).toEqual([]);
        expect(keyed(state).timer!.at).toBeGreaterThan(begin + days(2));
        expect(nextDue(state)).toBeGreaterThan(begin + days(2));
      },
    ),
    { numRuns: 300 },
  );
});

test('intervals of 0 that a store holds already are passed over: the registry speaks', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const poisoned = {
    ...pc,
    products: pc.products.map((product) => ({
      ...product,
      kmsClient: { ...product.kmsClient, activationInterval: 0, renewalInterval: 0 },
      timer: product.timer === null ? null : { ...product.timer, at: begin },
    })),
  };
  world.unreachable = true;
  const { state, outcomes } = world.playUntil(poisoned, begin);
  expect(outcomes).toHaveLength(1);
  expect(keyed(state).timer!.at).toBe(begin + minutes(120));
});
