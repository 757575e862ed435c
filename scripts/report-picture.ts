/**
 * Draws docs/images/report.png: the first screen of a report on an inventory of eight weeks, in Debian's chromium. The
 * inventory is recorded by the program's own store; nothing in it depends on chance or on today.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { openSqliteInventory } from '../src/cli/fleet/open-sqlite';
import { findingsOf } from '../src/fleet/findings/findings';
import type { Observation, ProductObservation } from '../src/fleet/inventory/observation';
import { reportOf } from '../src/fleet/report/report';
import { reportHtml } from '../src/fleet/report/report-html';
import { sqliteDriver } from '../src/lab/store/drivers';

const week = 7 * 86_400;
const weeks = 8;
/** 2026-01-05 in seconds. */
const start = 1_767_571_200;
const now = start + weeks * week;
const clients = Array.from({ length: 160 }, (_none, at) => `PC-${String(at + 1).padStart(3, '0')}`);
const servers = Array.from({ length: 24 }, (_none, at) => `SRV-${String(at + 1).padStart(2, '0')}`);
const isServer = (name: string): boolean => name.startsWith('SRV');

function product(name: string, at: number, when: number): ProductObservation {
  const roll = isServer(name) ? 2 : 8;
  const isLicensed = Math.floor(at / 20) < Math.floor((when - start) / week) * (isServer(name) ? 2 : 1);
  return {
    activationId: isServer(name)
      ? '22222222-2222-2222-2222-222222222222'
      : '11111111-1111-1111-1111-111111111111',
    applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
    name: isServer(name) ? 'Windows(R), ServerStandard edition' : 'Windows(R), Enterprise edition',
    channel: 'Volume:GVLK',
    partialKey: isServer(name) ? 'VT4MK' : '2YT43',
    status: isLicensed ? 1 : at % 5 === 0 ? 5 : 2,
    reason: null,
    expires: isLicensed ? when + (at % 37 === 0 ? 3 : 14 + roll * (at % 20)) * 86_400 : when + 5 * 86_400,
    isAddon: false,
    kmsHost: `kms0${1 + (at % 2)}.corp.example`,
    rearms: null,
    hostCount: null,
  };
}

function reading(name: string, at: number, when: number): Observation {
  if (at % 53 === 7)
    return { outcome: 'failed', name, at: when, step: 'tcp', hresult: null, message: 'nobody listens' };
  return {
    outcome: 'read',
    name,
    at: when,
    kind: 'windows',
    uuid: null,
    cmid: `cmid-of-${name.toLowerCase()}`,
    system: isServer(name) ? 'Windows Server 2022 Standard' : 'Windows 11 Enterprise',
    build: isServer(name) ? '10.0.20348.1' : '10.0.26100.1',
    edition: isServer(name) ? 'ServerStandard' : 'Enterprise',
    kmsSet: null,
    rearms: 1000,
    products: [product(name, at, when)],
  };
}

async function page(folder: string): Promise<string> {
  const inventory = await openSqliteInventory(folder, sqliteDriver());
  const names = [...clients, ...servers];
  for (let when = start + week; when <= now; when += week) {
    await inventory.record(names.map((name, at) => reading(name, at, when)));
    await inventory.count(when);
  }
  await inventory.tag(clients.slice(0, 90), { site: 'berlin' });
  await inventory.tag([...clients.slice(90), ...servers], { site: 'hamburg' });
  const machines = await inventory.machines();
  const limits = { now, expiringDays: 30, notSeenDays: 30, kmsHosts: null };
  const report = reportOf(machines, {
    now,
    trend: await inventory.trend(weeks),
    findings: findingsOf(machines, limits),
  });
  await inventory.close();
  return reportHtml(report, (text) => createHash('sha256').update(text).digest('base64'));
}

async function draw(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-picture-'));
  const picture = join(dirname(__dirname), 'docs/images/report.png');
  mkdirSync(dirname(picture), { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, await page(folder));
    const shown = await browser.newPage({ viewport: { width: 1100, height: 1000 } });
    await shown.goto(pathToFileURL(file).href);
    await shown.screenshot({ path: picture });
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void draw();
