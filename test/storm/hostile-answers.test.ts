import * as fc from 'fast-check';
import { bentDocument, bentElement, bentText, type Bend } from './bends';
import { agentWay, documentWay, printedWay, soapWay, type Disturbance } from './far-side';
import { goodLines } from './far-machine';
import { hostileWord, stormRuns } from './hostile';
import { checkEnd, runFar, type Way } from './run-far';

const runs = Math.ceil(stormRuns * 8);
const limits = { numRuns: runs, interruptAfterTimeLimit: 60_000 + runs * 500, endOnFailure: true };
const generous = limits.interruptAfterTimeLimit + 120_000;

/** Over WinRM a verb has many answers: each is cut in one of the ways. */
const cuts = ['cut before', 'cut behind', 'refused'] as const;

const line = fc.constantFrom(...goodLines);
const disturbance = (bend: fc.Arbitrary<Bend>, latest: number): fc.Arbitrary<Disturbance> =>
  fc.record({
    at: fc.nat({ max: latest }),
    what: fc.oneof(
      { weight: 8, arbitrary: bend },
      { weight: 1, arbitrary: fc.constantFrom('cut before', 'cut behind', 'refused') },
    ),
  });

const all: readonly (readonly [string, Way, fc.Arbitrary<Disturbance>])[] = [
  ['the script', documentWay, disturbance(fc.oneof({ weight: 4, arbitrary: bentDocument }, bentText), 4)],
  ['what a PowerShell prints', printedWay, disturbance(bentText, 4)],
  ['an agent', agentWay, disturbance(fc.oneof(bentDocument, bentText), 4)],
  ['WinRM', soapWay, disturbance(fc.oneof({ weight: 4, arbitrary: bentElement }, bentText), 9)],
];

describe('all verbs over a way on which anything may be answered', () => {
  test.each(all)(
    '%s: no internal error, no change twice, no success that was not answered',
    async (_name, way, disturbances) => {
      await fc.assert(
        fc.asyncProperty(line, disturbances, async (argv, one) => checkEnd(await runFar(argv, way, one))),
        limits,
      );
    },
    generous,
  );

  test.each(all)(
    '%s: hostile words arrive as they are or are refused',
    async (_name, way) => {
      const words = fc.array(hostileWord, { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(line, words, async ([verb = ''], given) => {
          const undisturbed = { at: -1, what: 'refused' } as const;
          checkEnd(await runFar([verb, ...given], way, undisturbed));
        }),
        limits,
      );
    },
    generous,
  );
});

describe('all verbs over a way that is cut at any answer', () => {
  test.each(all)(
    '%s: each verb, each place',
    async (_name, way) => {
      for (const argv of goodLines) {
        const whole = await runFar(argv, way, { at: -1, what: 'refused' });
        checkEnd(whole);
        for (let at = 0, reached = true; reached; at += 1) {
          for (const what of way === soapWay ? cuts.slice(at % 3, (at % 3) + 1) : cuts) {
            const outcome = await runFar(argv, way, { at, what });
            checkEnd(outcome);
            expect(whole.done).toEqual(expect.arrayContaining([...outcome.done]));
            reached = outcome.disturbed;
          }
        }
      }
    },
    generous,
  );
});
