import { answerOf } from '../../src/forecast/answers/answer';
import { forecastCsv } from '../../src/forecast/answers/csv';
import { type Change, type Forecast, forecastSchema } from '../../src/forecast/answers/forecast';
import { ForecastRun } from '../../src/forecast/answers/forecast-run';
import { forecastHtml } from '../../src/forecast/answers/html';
import { smallestChanges } from '../../src/forecast/answers/search';
import { isKept } from '../../src/forecast/answers/verdicts';
import { examples } from '../../src/forecast/make/examples';
import { runMany } from '../../src/forecast/many/run-many';
import { readScenario } from '../../src/forecast/scenario/read-scenario';

const noPause = (): Promise<void> => Promise.resolve();

async function answered(text: string): Promise<Forecast> {
  const { plan } = readScenario(text, 'example');
  const played = new ForecastRun(plan).playAll();
  return answerOf('example', played, isKept(played) ? [] : await smallestChanges(plan, noPause));
}

function exampleText(name: string): string {
  const found = examples.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no example ${name}`);
  return found.text;
}

const sizeOf = (changes: readonly Change[], kind: string): number | undefined =>
  changes.find((change) => change.kind === kind)?.size;

test('there are twelve examples, each has a question, can be played, and has answers that fit the schema', async () => {
  expect(examples).toHaveLength(12);
  for (const { text, question } of examples) {
    expect(question).toMatch(/\?$/);
    const answer = await answered(text);
    expect(forecastSchema.parse(answer)).toEqual(answer);
  }
});

test('threshold: 24 machines never reach 25; one more machine is the smallest change', async () => {
  const { end, verdicts, changes } = await answered(exampleText('threshold'));
  expect(end.counts).toMatchObject({ licensed: 0, notification: 24 });
  expect(verdicts.find(({ question }) => question === 'threshold')).toMatchObject({
    ok: false,
    subject: 'branch',
  });
  expect(sizeOf(changes, 'machines')).toBe(1);
});

test('both down: activations of 180 days run out, the outage that is borne is found, and one day more is not', async () => {
  const text = exampleText('both-down');
  const { changes, verdicts } = await answered(text);
  expect(verdicts[0]?.ok).toBe(false);
  const borne = 190 - (sizeOf(changes, 'outage') ?? 0);
  const withOutage = (days: number): Promise<Forecast> =>
    answered(text.replace('for: 190d', `for: ${String(days)}d`));
  expect((await withOutage(borne)).verdicts[0]?.ok).toBe(true);
  expect((await withOutage(borne + 1)).verdicts[0]?.ok).toBe(false);
});

test('mak: the pool that is enough is found, and one activation less is not', async () => {
  const text = exampleText('mak');
  const more = sizeOf((await answered(text)).changes, 'pool') ?? 0;
  const withPool = (size: number): Promise<Forecast> =>
    answered(text.replace('size: 120', `size: ${String(size)}`));
  expect((await withPool(120 + more)).verdicts.every(({ ok }) => ok)).toBe(true);
  expect((await withPool(119 + more)).verdicts.every(({ ok }) => ok)).toBe(false);
});

test('clones count once, and machines of their own do not', async () => {
  const { changes, hosts } = await answered(exampleText('clones'));
  expect(hosts[0]?.count).toBe(1);
  expect(sizeOf(changes, 'image')).toBe(1);
});

test('rearm: six times and no more', async () => {
  const { verdicts, end } = await answered(exampleText('rearm'));
  expect(end.counts).toMatchObject({ licensed: 0, unlicensed: 5 });
  expect(verdicts.find(({ question }) => question === 'rearm')?.ok).toBe(false);
});

test('the directory takes over from hosts that are down, and a branch of twelve is told', async () => {
  expect((await answered(exampleText('active-directory'))).verdicts[0]?.ok).toBe(true);
  const { verdicts, changes } = await answered(exampleText('branches'));
  expect(verdicts.filter(({ ok }) => !ok).map(({ subject }) => subject)).toEqual([null, 'south']);
  expect(changes.map(({ kind }) => kind)).toContain('machines');
});

test('CSV has a line for each row of the series; the page has every verdict, no script and no address', async () => {
  const answer = await answered(exampleText('outage'));
  const lines = forecastCsv(answer).split('\r\n');
  expect(lines[0]).toBe(
    'at,day,licensed,initialGrace,additionalGrace,notification,unlicensed,requests,count k1,count k2',
  );
  expect(lines).toHaveLength(answer.series.length + 2);
  const page = forecastHtml([{ ...answer, scenario: '<script>alert(1)</script>' }]);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|https?:\/\/|url\(|<img|<link/);
  for (const { text } of answer.verdicts) expect(page).toContain(text.replace(/'/g, '&#39;'));
});

test('many runs bring the same for any number of threads, and a spread of those seeds', async () => {
  const text = exampleText('laptops').replace('days: 700', 'days: 250');
  const options = { text, source: 'example', seed: 1, runs: 4, signal: new AbortController().signal };
  let told = 0;
  const one = await runMany({ ...options, threads: 1, onRun: () => (told += 1) });
  const three = await runMany({ ...options, threads: 3, onRun: () => (told += 1) });
  expect(three).toEqual(one);
  expect(told).toBe(8);
  const ends = await Promise.all(
    [1, 2, 3, 4].map((seed) => answered(text.replace('version: 1', `version: 1\nseed: ${String(seed)}`))),
  );
  const licensed = ends.map(({ end }) => end.counts.licensed).sort((a, b) => a - b);
  expect(one.licensed.at(-1)).toEqual({ p5: licensed[0], median: licensed[1], p95: licensed[3] });
});
