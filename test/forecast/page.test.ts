import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { answerOf } from '../../src/forecast/answers/answer';
import { ForecastRun } from '../../src/forecast/answers/forecast-run';
import { forecastHtml } from '../../src/forecast/answers/html';
import { examples } from '../../src/forecast/make/examples';
import { readScenario } from '../../src/forecast/scenario/read-scenario';

const program = '/usr/bin/chromium';
const hasChromium = existsSync(program);
const note = hasChromium ? '' : ' (skipped: no chromium here)';
const folder = mkdtempSync(join(tmpdir(), 'slmgr-forecast-page-'));
const file = join(folder, 'forecast.html');
const hostile = '<img src=https://example.invalid/x onerror="document.title=1">&"';

function answer(name: string, called: string): ReturnType<typeof answerOf> {
  const text = examples.find((each) => each.name === name)?.text ?? '';
  return answerOf(called, new ForecastRun(readScenario(text, name).plan).playAll(), []);
}

beforeAll(() =>
  writeFileSync(file, forecastHtml([answer('threshold', hostile), answer('clones', 'clones')])),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`the page of a forecast in a browser${note}`, () => {
  const test = hasChromium ? it : it.skip;
  const problems: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (!hasChromium) return;
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'], timeout: 60_000 });
  }, 90_000);
  afterAll(async () => {
    if (hasChromium) await browser.close();
  }, 30_000);
  afterEach(async () => {
    if (hasChromium) await page.close();
    expect(problems.splice(0)).toEqual([]);
  });

  const open = async (options: Parameters<Browser['newPage']>[0]): Promise<void> => {
    page = await browser.newPage(options);
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  };

  test('shows both scenarios with their charts, asks the network for nothing, and fits a phone', async () => {
    await open({ viewport: { width: 360, height: 700 } });
    expect(await page.title()).toBe(`Forecast of ${hostile}`);
    expect(await page.locator('h1').allTextContents()).toEqual([hostile, 'clones']);
    expect(await page.locator('li.look').first().textContent()).toMatch(/0 of 24 machines are licensed/);
    expect(await page.locator('svg').count()).toBe(4);
    const box = await page.locator('svg').first().boundingBox();
    expect(box?.height).toBeGreaterThan(50);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'has no fault of accessibility in %s colours',
    async (colorScheme) => {
      await open({ colorScheme, bypassCSP: true });
      await page.evaluate(axe.source);
      const violations = await page.evaluate<readonly string[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map(({ target }) => target).slice(0, 3).join()))',
      );
      expect(violations).toEqual([]);
    },
    60_000,
  );
});
