import { documentWay } from '../../storm/far-side';
import { checkEnd, runFar, type Outcome } from '../../storm/run-far';

interface Answer {
  readonly results: unknown[];
}

/** Runs a verb whose second answer, that to its changes, is another. */
async function changed(line: string, change: (answer: Answer) => unknown, at = 1): Promise<Outcome> {
  const what = (text: string): string => {
    const answer = JSON.parse(text) as Answer;
    return JSON.stringify(change(answer) ?? answer);
  };
  const outcome = await runFar(line.split(' '), documentWay, { at, what });
  checkEnd(outcome);
  return outcome;
}

describe('an answer that cannot be true', () => {
  test.each(['0x00000000'])('a failure with the number %s of success ends as an error', async (hresult) => {
    const failed = { ok: false, error: { hresult, message: 'no', stage: 'invoke' } };
    const outcome = await changed('/cpky', (answer) => void answer.results.splice(0, 1, failed));
    expect(outcome.results.at(-1)).toMatchObject({ kind: 'error', hresult: 0x80041001 });
  });

  test.each([[null], ['done'], [[]], [7]])(
    'a method that gave %j in place of its output did not succeed',
    async (value) => {
      const outcome = await changed(
        '/cpky',
        (answer) => void answer.results.splice(0, 1, { ok: true, value }),
      );
      expect(outcome.results.map(({ kind }) => kind)).toEqual(['error']);
    },
  );

  test.each([
    [{}],
    [{ code: '0' }],
    [{ code: null }],
    [{ code: 1e300 }],
    [{ code: 0.5 }],
    [{ code: 3.7e157 }],
    [{ code: 4294967296 }],
    [null],
    ['x'],
  ])('a registry that answered %j did not succeed', async (value) => {
    const outcome = await changed('/ipk AAAAA', (answer) => {
      answer.results.splice(-1, 1, { ok: true, value });
    });
    expect(outcome.results.map(({ kind }) => kind)).not.toContain('product-key-installed');
  });

  test('results that end behind a success are not all: nothing is sent again', async () => {
    const outcome = await changed('/ckms', (answer) => void answer.results.splice(1));
    expect(outcome.results.map(({ kind }) => kind)).toEqual(['error']);
    expect(outcome.done).toHaveLength(2);
  });

  test('instances that are there twice are one', async () => {
    const outcome = await changed(
      '/upk',
      (answer) => {
        for (const result of answer.results as { value: unknown[] }[])
          if (Array.isArray(result.value)) result.value.push(...result.value);
      },
      0,
    );
    expect(outcome.done.filter((call) => call.includes('UninstallProductKey'))).toHaveLength(1);
  });

  test.each(['/dlv', '/upk', '/cpky'])('%s of values that are deep is refused', async (line) => {
    for (const at of [0, 1]) {
      const what = (text: string): string =>
        text.replace(/"value":/g, `"value":${'['.repeat(30_000)}${']'.repeat(30_000)},"was":`);
      const outcome = await runFar([line], documentWay, { at, what });
      checkEnd(outcome);
    }
  });
});
