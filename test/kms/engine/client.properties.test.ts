import fc from 'fast-check';
import { type KmsClientFacts, type RegisteredHost } from '../../../src/kms/engine/client-types';
import { type ActivationAnswer } from '../../../src/kms/engine/messages';
import { client, counted, eventsWithId, none, play, refusedWith, srv, type World } from './client-fixtures';

const hostName = fc.constantFrom('a', 'b', 'c', 'B.');
const refusals = [0xc004f039, 0xc004f041, 0xc004f042, 0xc004f06c] as const;
const answer: fc.Arbitrary<ActivationAnswer> = fc.oneof(
  fc.integer({ min: 0, max: 50 }).map(counted),
  fc.constantFrom(...refusals).map(refusedWith),
);
const record = fc
  .tuple(hostName, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 100 }))
  .map(([target, priority, weight]) => srv(target, priority, weight));
const zone = fc.oneof(
  fc.array(record, { maxLength: 4 }),
  fc.constantFrom(0x8007232a, 0x8007232b, 0x8007251d),
);
const world: fc.Arbitrary<World> = fc.record({
  hosts: fc.dictionary(fc.constantFrom('a:1688', 'b:1688', 'b.:1688', 'c:1688'), answer),
  zones: fc.dictionary(fc.constantFrom('lab.example', 'second.example'), zone),
});
const level: fc.Arbitrary<RegisteredHost> = fc.oneof(
  fc.constant(none),
  fc.record({ name: fc.option(hostName, { nil: null }), port: fc.constant(null) }),
);
const facts: fc.Arbitrary<KmsClientFacts> = fc
  .record({
    isVistaEra: fc.boolean(),
    oemMarkerMissing: fc.boolean(),
    hostCaching: fc.boolean(),
    requiredClientCount: fc.constantFrom(5, 25),
    cachedHost: fc.option(
      hostName.map((name) => ({ name, port: 1688 })),
      { nil: null },
    ),
    registered: fc.record({ product: level, application: level, global: level }),
    random: fc.constantFrom(0, 0.3, 0.999).map((value) => () => value),
    trigger: fc.constantFrom('by-hand' as const, 'timer' as const),
  })
  .map((some) => client({ ...some, zones: { ...client().zones, searchList: ['second.example'] } }));

describe('every attempt', () => {
  test('asks no host twice, logs one 12288 for each contact, and ends by what it was answered', () => {
    fc.assert(
      fc.property(facts, world, (given, around) => {
        const run = play(given, around);
        const { outcome } = run;
        const contacts = run.asked.filter((asked) => !asked.startsWith('dns '));
        const distinct = new Set(contacts.map((asked) => asked.toLowerCase().replace('.:', ':')));
        expect(distinct.size).toBe(contacts.length);
        expect(eventsWithId(run, 12288).map(({ host }) => host)).toEqual(contacts);
        expect(eventsWithId(run, 12289)).toHaveLength(outcome.kind === 'failed' ? 0 : 1);
        expect(outcome.shown === 0).toBe(outcome.kind === 'activated');
        if (outcome.kind === 'activated') {
          expect(outcome.servedBy.count).toBeGreaterThanOrEqual(given.requiredClientCount);
        }
        const failedByItself = outcome.kind !== 'activated' && given.trigger !== 'by-hand';
        expect(eventsWithId(run, 8198)).toHaveLength(failedByItself ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });

  test('K6.7 with a named host DNS is never asked', () => {
    fc.assert(
      fc.property(facts, world, hostName, (given, around, name) => {
        const registered = { ...given.registered, global: { name, port: null } };
        expect(
          play({ ...given, registered }, around).asked.filter((asked) => asked.startsWith('dns ')),
        ).toEqual([]);
      }),
    );
  });
});
