import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { parse } from 'csv-parse/sync';
import { chromium, type Browser, type Page } from 'playwright-core';
import { machinesCsv } from '../../../src/cli/fleet/report-csv';
import { openSqliteInventory } from '../../../src/cli/fleet/open-sqlite';
import { findingsOf } from '../../../src/fleet/findings/findings';
import { reportOf, type Report } from '../../../src/fleet/report/report';
import { reportHtml } from '../../../src/fleet/report/report-html';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { day, product, reading, start } from '../store/inventories';

const program = '/usr/bin/chromium';
const hasChromium = existsSync(program);
const note = hasChromium ? '' : ' (skipped: no chromium here)';
const folder = mkdtempSync(join(tmpdir(), 'slmgr-report-'));
const file = join(folder, 'report.html');
const now = start + 10 * day;
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');
const hostile = '<img src=x onerror="document.title=1">&\u001b[31m';

async function report(count: number): Promise<Report> {
  const own = mkdtempSync(join(folder, 'store-'));
  const inventory = await openSqliteInventory(own, sqliteDriver());
  const names = Array.from({ length: count }, (_none, at) => `PC-${String(at + 1).padStart(5, '0')}`);
  await inventory.record(
    names.map((name, at) =>
      reading(name, {
        cmid: name,
        products: [
          product(
            at % 10 === 0
              ? { status: 5, expires: null }
              : { expires: now + (at % 3 === 0 ? 20 : at % 3 === 1 ? 80 : 150) * day },
          ),
        ],
      }),
    ),
  );
  await inventory.record([
    reading('=HYPERLINK("x")', { products: [product({ name: hostile })] }),
    {
      outcome: 'failed',
      name: 'AWAY',
      at: start,
      step: 'tcp',
      hresult: '0x800706BA',
      message: 'nobody listens',
    },
    { outcome: 'failed', name: names[1]!, at: start + day, step: 'tcp', hresult: null, message: 'away' },
  ]);
  await inventory.tag(names.slice(0, 5), { site: 'berlin' });
  await inventory.count(start);
  await inventory.count(now);
  const machines = await inventory.machines();
  const limits = { now, expiringDays: 30, notSeenDays: 30, kmsHosts: null };
  const made = reportOf(machines, {
    now,
    trend: await inventory.trend(10),
    findings: findingsOf(machines, limits),
  });
  await inventory.close();
  return made;
}

let small: Report;
beforeAll(async () => {
  small = await report(40);
  writeFileSync(file, reportHtml(small, hashOf));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a report', () => {
  test('HTML, CSV and the document say the same numbers, which are those of the trend', () => {
    const html = reportHtml(small, hashOf);
    const card = (id: string): string => new RegExp(`<dd id="${id}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? '';
    const { summary } = small;
    const rows = parse<Record<string, string>>(machinesCsv(small.machines, now), {
      bom: true,
      columns: true,
    });
    const within = (days: number) => (row: Record<string, string>) =>
      row['days'] !== '' && Number(row['days']) > 0 && Number(row['days']) <= days;
    expect({
      machines: rows.length,
      licensed: rows.filter(({ counted }) => counted === 'yes').length,
      notReached: rows.filter(({ reached }) => reached === 'no').length,
      expiring30: rows.filter(within(30)).length,
      expiring90: rows.filter(within(90)).length,
    }).toEqual(summary);
    expect({
      licensed: card('licensed'),
      notReached: Number(card('notReached')),
      expiring30: Number(card('expiring30')),
      expiring90: Number(card('expiring90')),
    }).toEqual({
      licensed: `${summary.licensed} of ${summary.machines}`,
      notReached: summary.notReached,
      expiring30: summary.expiring30,
      expiring90: summary.expiring90,
    });
    expect(small.trend.at(-1)).toEqual({ at: now, ...summary });
    expect(summary).toMatchObject({ machines: 42, notReached: 2 });
    expect(html.match(/^<tr><td>/gm)).toHaveLength(42);
    for (const { title, machines } of small.findings) expect(html).toContain(`${title} (${machines.length})`);
  });

  test('its policy comes first and allows its own style and script alone; foreign text is text', () => {
    const html = reportHtml(small, hashOf);
    expect(html).toMatch(
      /<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; /,
    );
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/<\w[^<>]*\s(?:src|href|style|on\w+)=|url\(/);
    expect(html).not.toContain('\u001b');
  });

  test('a spreadsheet opens the CSV safely', () => {
    expect(machinesCsv(small.machines, now)).toMatch(/\r\n"?'=HYPERLINK/);
  });

  test('10,000 machines are at most 1.5 MB', async () => {
    expect(Buffer.byteLength(reportHtml(await report(10_000), hashOf))).toBeLessThan(1_500_000);
  }, 120_000);
});

describe(`the page in a browser${note}`, () => {
  const test = hasChromium ? it : it.skip;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    if (!hasChromium) return;
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'], timeout: 60_000 });
  }, 90_000);
  afterAll(async () => {
    if (hasChromium) await browser.close();
  }, 30_000);
  const open = async (options: Parameters<Browser['newPage']>[0] = {}, hash = ''): Promise<Page> => {
    page = await browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('blob:'))
        problems.push(request.url());
    });
    await page.goto(`${pathToFileURL(file).href}${hash}`);
    return page;
  };
  afterEach(async () => {
    if (hasChromium) await page.close();
    expect(problems.splice(0)).toEqual([]);
  });
  const visible = (): Promise<readonly string[]> =>
    page.locator('#machines tbody tr:not([hidden]) td:first-child').allTextContents();

  test('searches and filters, keeps both in the fragment, and reads them from it', async () => {
    await open();
    expect(await visible()).toHaveLength(42);
    expect(await page.title()).toBe('Licences of 42 machines');
    await page.fill('#search', 'pc-0000');
    await page.selectOption('select[name=status]', 'notification');
    expect(await visible()).toEqual(['PC-00001']);
    expect(await page.textContent('#shown')).toBe('1 of 42 machines');
    const { hash } = new URL(page.url());
    expect(hash).toBe('#q=pc-0000&status=notification');
    await page.close();
    await open({}, hash);
    expect(await visible()).toEqual(['PC-00001']);
    await page.close();
    await open({}, '#q=%3Cb%3E&sort=99&status=nobody');
    expect(await visible()).toEqual([]);
  }, 60_000);

  test('sorts by the keyboard alone, and says so to whoever listens', async () => {
    await open();
    await page.focus('#machines th:first-child button');
    await page.keyboard.press('Enter');
    expect(await page.getAttribute('#machines th:first-child', 'aria-sort')).toBe('ascending');
    expect((await visible()).slice(1, 3)).toEqual(['AWAY', 'PC-00001']);
    await page.keyboard.press('Enter');
    expect((await visible())[0]).toBe('PC-00040');
  }, 60_000);

  test('exports what is shown', async () => {
    await open({ acceptDownloads: true }, '#site=berlin');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    const path = join(folder, 'export.csv');
    await download.saveAs(path);
    expect(parse(readFileSync(path), { bom: true })).toHaveLength(6);
  }, 60_000);

  test('is readable without scripts, fits a phone, and prints', async () => {
    await open({ javaScriptEnabled: false, viewport: { width: 360, height: 700 } });
    expect(await page.isVisible('#tools')).toBe(false);
    expect(await page.textContent('#licensed')).toBe(`${small.summary.licensed} of 42`);
    await page.close();
    await open({ viewport: { width: 360, height: 700 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(pdf.toString('latin1')).toMatch(/MediaBox \[0 0 59[45][\d.]* 84[12]/);
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'has no fault of accessibility in %s colours',
    async (colorScheme) => {
      await open({ colorScheme, bypassCSP: true });
      const light = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(light).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)');
      await page.evaluate(axe.source);
      const violations = await page.evaluate<readonly string[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map(({ target }) => target).slice(0, 3).join()))',
      );
      expect(violations).toEqual([]);
    },
    60_000,
  );
});
