import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { currentCount } from '../../../src/kms/engine/host';
import { eventTime } from '../../../src/kms/engine/client-events';
import { kmsHostFacts } from '../../../src/lab/clockwork/host-facts';
import { nextDue } from '../../../src/lab/clockwork/due';
import { queryMachine } from '../../../src/lab/model/cim-view';
import type { EventEntry } from '../../../src/lab/model/events';
import { hardwareIdOf } from '../../../src/lab/model/identity';
import { isServiceRunning } from '../../../src/lab/model/machine';
import {
  licenseStatusCode,
  type License,
  type MachineState,
  type ProductState,
} from '../../../src/lab/model/state';
import { pool } from './estate-steps';
import { day, minute, type TestEstate } from './fixtures';

/** What always holds of an estate, whatever was done on it. */
export function checkEstate(estate: TestEstate): void {
  for (const state of estate.memory.machines()) {
    checkInstances(estate, state);
    for (const product of state.products) checkLicence(estate, state, product);
    checkHost(estate, state);
    checkLog(estate, state);
    const due = nextDue(state);
    expect(due === null || due > estate.now - minute).toBe(true);
  }
  checkMultipleActivation(estate);
  checkZone(estate);
}

/** One instance an activation ID. */
function checkInstances(estate: TestEstate, state: MachineState): void {
  const rows = queryMachine(
    state,
    { class: 'SoftwareLicensingProduct', select: ['ID'], filter: { kind: 'all' } },
    { now: estate.now, catalogue: catalogue(), counts: { currentCount: () => 0 } },
  );
  const ids = rows.map(({ ID }) => ID);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  for (const { activationId } of state.products) expect(ids).toContain(activationId);
}

const channelsOf: Record<Extract<License, { status: 'licensed' }>['by'], readonly string[]> = {
  kms: ['gvlk'],
  ad: ['gvlk'],
  token: ['gvlk'],
  microsoft: ['mak', 'csvlk', 'retail'],
  phone: ['mak', 'csvlk', 'retail'],
  avma: ['avma'],
  oem: ['oem'],
  evaluation: ['evaluation'],
};

/** A licence that explains a licensed product; of KMS with the answer that gave it, on this machine or on the one it is a copy of. */
function checkLicence(estate: TestEstate, { cmid }: MachineState, product: ProductState): void {
  const { license, key } = product;
  if (license.status !== 'licensed') return;
  expect(key).not.toBeNull();
  expect(channelsOf[license.by]).toContain(product.channel);
  if (license.until !== null) expect(license.until).toBeGreaterThan(estate.now);
  if (license.by === 'evaluation') expect(license.until).toBe(product.evaluationEndsAt);
  if (license.by !== 'kms') return;
  expect(license.until! - license.since).toBe(180 * day);
  const asked = (name: string): boolean =>
    estate.events(name, 12288).some((fields) => fields[3] === cmid && fields[8] === product.activationId);
  const activatedAt = estate.memory
    .machineNames()
    .filter(asked)
    .flatMap((name) => estate.events(name, 12289))
    .filter((fields) => fields[2] === '1' && fields[7] === eventTime(license.since));
  expect(activatedAt).not.toEqual([]);
  const need = catalogue().edition(product.edition).threshold;
  expect(Math.max(...activatedAt.map((fields) => Number(fields[4])))).toBeGreaterThanOrEqual(need);
}

/** A MAK licenses no more hardware than it has activations. */
function checkMultipleActivation(estate: TestEstate): void {
  const hardware = new Map<string, Set<string>>();
  for (const state of estate.memory.machines()) {
    for (const { key, license, channel } of state.products) {
      if (key === null || channel !== 'mak' || license.status !== 'licensed') continue;
      hardware.set(key.text, (hardware.get(key.text) ?? new Set()).add(hardwareIdOf(state)));
    }
  }
  for (const machines of hardware.values()) expect(machines.size).toBeLessThanOrEqual(pool);
}

const officeProducts = new Set(
  catalogue()
    .editions.filter(({ kind }) => kind === 'office')
    .map((each) => catalogue().sku(each, 'gvlk').activationId),
);

/** What the log of requests says that a host counts: the newest CMIDs of 30 days, no more than it keeps. */
function countedByLog(estate: TestEstate, state: MachineState, isOffice: boolean): number {
  const physicalOnly = ['vista', 'ws2008'].includes(state.generation);
  const newest = new Map<string, number>();
  let greatest = 0;
  for (const row of estate.memory.requests(state.name)) {
    if (row.hresult !== 0 || officeProducts.has(row.activationId) !== isOffice) continue;
    if (physicalOnly && row.isVirtualMachine) continue;
    greatest = Math.max(greatest, row.requiredClientCount);
    newest.delete(row.clientMachineId);
    newest.set(row.clientMachineId, row.at);
    for (const [id, at] of newest) {
      if (row.at - at >= 30 * day || newest.size > 2 * greatest) newest.delete(id);
    }
  }
  return [...newest.values()].filter((at) => estate.now - at < 30 * day).length;
}

/** Counts are never negative, never above twice the need, and those that the log of requests gives. */
function checkHost(estate: TestEstate, state: MachineState): void {
  const { memory } = estate;
  const facts = kmsHostFacts(state, catalogue(), memory.settings);
  const cache = memory.cacheOf(state.name);
  for (const count of ['windows', 'office-2021']) {
    const most = 2 * cache.greatestThreshold(count);
    expect([...cache.clientsOldestFirst(count)].length).toBeLessThanOrEqual(most);
    const current = currentCount(facts, cache, count, estate.now);
    expect(current).toBeGreaterThanOrEqual(-1);
    expect(current).toBeLessThanOrEqual(Math.max(most, -1));
    if (current >= 0) expect(current).toBe(countedByLog(estate, state, count !== 'windows'));
  }
  const total = state.products.reduce((sum, { kmsHost }) => sum + (kmsHost?.requests.total ?? 0), 0);
  expect(total).toBeLessThanOrEqual(memory.requests(state.name).length);
  for (const { kmsHost } of state.products) {
    if (kmsHost === null) continue;
    const { total: all, ...parts } = kmsHost.requests;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(all);
  }
}

/** A service that has stopped writes nothing before it starts; its last word of itself is how it is. */
function checkLog(estate: TestEstate, state: MachineState): void {
  const log = estate.memory.events(state.name);
  let isStopped = false;
  const wrong: EventEntry[] = [];
  for (const [i, entry] of log.entries()) {
    const { id, at } = entry;
    if (at < (log[i - 1]?.at ?? 0) || at > estate.now || (isStopped && id !== 900)) wrong.push(entry);
    isStopped = id === 903;
  }
  expect([state.name, wrong]).toEqual([state.name, []]);
  if (log.some(({ id }) => id === 902 || id === 903)) expect(isServiceRunning(state)).toBe(!isStopped);
}

/** A record of the zone was told by its host, and what was told last is there. */
function checkZone(estate: TestEstate): void {
  const services = estate.memory.dnsRecords().filter(({ type }) => type === 'SRV');
  for (const state of estate.memory.machines()) {
    const host = `${state.name.toLowerCase()}.lab.example`;
    const isThere = services.some(({ data }) => data.endsWith(` ${host}`));
    expect([host, isThere]).toEqual([host, estate.events(state.name, 12294).length > 0]);
  }
}

/** Products by machine and activation ID. */
export type States = ReadonlyMap<string, { readonly state: MachineState; readonly product: ProductState }>;

export function statesOf(estate: TestEstate): States {
  return new Map(
    estate.memory
      .machines()
      .flatMap((state) =>
        state.products.map((product) => [`${state.name} ${product.activationId}`, { state, product }]),
      ),
  );
}

/** Time alone has passed: a licence that has changed on a machine that ran throughout is told in its log. */
export function checkTold(estate: TestEstate, before: States, since: number): void {
  for (const [id, { state, product }] of statesOf(estate)) {
    const { license } = before.get(id)?.product ?? product;
    if (license.status === product.license.status || !isServiceRunning(state)) continue;
    if (before.get(id)?.state.startedAt !== state.startedAt) continue;
    const told = wordOf(estate.memory.events(state.name), product.activationId, since);
    const isOnline = product.license.status === 'licensed' && product.license.by === 'microsoft';
    if (!isOnline) expect([id, told]).toEqual([id, licenseStatusCode[product.license.status]]);
  }
}

/** The state that a log tells last of a product; null where it tells none. */
function wordOf(log: readonly EventEntry[], activationId: string, since: number): number | null {
  let told: number | null = null;
  let asking: string | undefined;
  for (const { id, fields, at } of log) {
    if (at < since) continue;
    if (id === 12288) asking = fields[8];
    if (id === 12289 && fields[2] === '1' && asking === activationId) told = 1;
    if (id !== 1003) continue;
    const state = new RegExp(`${activationId}, (\\d)`).exec(fields[1] ?? '')?.[1];
    if (state !== undefined) told = Number(state);
  }
  return told;
}
