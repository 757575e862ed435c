import * as fc from 'fast-check';
import { parsed } from '../../src/providers/windows/bridge/powershell-runner';
import { renderText } from '../../src/render/text';
import { findPwsh, StandInHost } from '../providers/windows/powershell/pwsh';
import { documentWay } from './far-side';
import { farMachine, goodLines } from './far-machine';
import { hostileWord, stormRuns } from './hostile';
import { checkEnd, runFar, type Way } from './run-far';

const pwsh = findPwsh();
const describeWithPowerShell = pwsh === null ? describe.skip : describe;
const skipped = pwsh === null ? ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH)' : '';

const limits = {
  numRuns: stormRuns,
  interruptAfterTimeLimit: 120_000 + stormRuns * 2000,
  endOnFailure: true,
};

describeWithPowerShell(`all verbs through the real script${skipped}`, () => {
  let host: StandInHost;
  beforeAll(() => {
    host = new StandInHost(pwsh ?? '');
  });
  afterAll(() => host.close());

  const realWay: Way = (_double, disturbed) => ({
    run: async (request) => parsed(await disturbed.hear(() => host.ask(JSON.stringify(request)))),
    close: () => Promise.resolve(),
  });

  test(
    'hostile words arrive as they are: it prints and calls what the double does',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...goodLines),
          fc.array(hostileWord, { maxLength: 3 }),
          async ([verb = ''], words) => {
            const argv = [verb, ...words];
            const undisturbed = { at: -1, what: 'refused' } as const;
            const expected = await runFar(argv, documentWay, undisturbed);
            await host.play(farMachine(argv));
            const real = await runFar(argv, realWay, undisturbed);
            checkEnd(real);
            expect(renderText(real.results)).toBe(renderText(expected.results));
          },
        ),
        limits,
      );
    },
    limits.interruptAfterTimeLimit + 60_000,
  );
});
