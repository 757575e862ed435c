import {
  findingIds,
  findingsOf,
  type FindingId,
  type FindingLimits,
} from '../../../src/fleet/findings/findings';
import type { InventoryMachine, InventoryProduct } from '../../../src/fleet/inventory/machine';

const now = 1_796_000_000;
const day = 86_400;
const limits: FindingLimits = { now, expiringDays: 30, notSeenDays: 30, kmsHosts: null };

function product(more: Partial<InventoryProduct> = {}): InventoryProduct {
  return {
    activationId: '1',
    applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
    name: 'Windows(R), Enterprise edition',
    channel: 'Volume:GVLK',
    partialKey: 'ABCDE',
    status: 1,
    reason: null,
    expires: now + 150 * day,
    isAddon: false,
    kmsHost: 'kms01.corp.example',
    rearms: null,
    hostCount: null,
    ...more,
  };
}

function machine(name: string, more: Partial<InventoryMachine> = {}): InventoryMachine {
  return {
    id: 1,
    name,
    uuid: null,
    cmid: `cmid-${name}`,
    kind: 'windows',
    system: 'Windows 11 Enterprise',
    build: '10.0.26100.1',
    edition: 'Enterprise',
    kmsSet: null,
    rearms: 3,
    status: 1,
    expires: now + 150 * day,
    firstSeen: now - 100 * day,
    lastSeen: now - day,
    lastTried: now - day,
    failure: null,
    tags: {},
    products: [product()],
    ...more,
  };
}

const failure = { at: now, step: 'tcp', hresult: '0x800706BA', message: 'nobody listens' };
const host = (count: number, edition: string): Partial<InventoryMachine> => ({
  edition,
  products: [
    product({
      name: `Windows(R), ${edition} edition`,
      channel: 'Volume:CSVLK',
      hostCount: count,
      kmsHost: null,
    }),
  ],
});

/** By kind: a machine that has it, and one that only looks like it. */
const cases: Readonly<
  Record<FindingId, readonly [bad: Partial<InventoryMachine>, good: Partial<InventoryMachine>]>
> = {
  unlicensed: [
    { status: 0, products: [] },
    { status: null, lastSeen: null, products: [] },
  ],
  notification: [{ status: 5, products: [product(), product({ status: 5, expires: null })] }, { status: 2 }],
  'run-out': [
    { products: [product({ expires: now - 1 })] },
    { products: [product({ status: 5, expires: now - 1 })] },
  ],
  expiring: [
    { products: [product({ expires: now + 30 * day })] },
    { products: [product({ expires: now + 31 * day })] },
  ],
  'never-reached': [{ lastSeen: null, status: null, failure, products: [] }, { failure }],
  'not-reached': [{ failure }, { lastSeen: null, status: null, failure }],
  'not-seen': [{ lastSeen: now - 31 * day }, { lastSeen: now - 30 * day }],
  'duplicate-cmid': [{ cmid: 'cmid-OTHER' }, { cmid: null }],
  'wrong-edition': [
    { products: [product({ name: 'Windows(R), Professional edition' })] },
    {
      edition: 'EnterpriseEval',
      products: [product({ isAddon: true, name: 'Windows(R), Client-ESU edition' }), product()],
    },
  ],
  'unwanted-kms-host': [host(50, 'Enterprise'), host(50, 'ServerStandard')],
  'unexpected-kms-host': [
    { products: [product({ kmsHost: 'kms.elsewhere.example' })] },
    { products: [product({ kmsHost: 'KMS01.corp.example:1689' })] },
  ],
  'host-near-threshold': [host(26, 'ServerStandard'), host(40, 'ServerStandard')],
  'no-rearms': [{ rearms: 0 }, { rearms: null }],
  'esu-missing': [
    { build: '10.0.19045.1', products: [product()] },
    {
      build: '10.0.19045.1',
      products: [product(), product({ activationId: '2', isAddon: true, name: 'Windows ESU Year1' })],
    },
  ],
};

describe('findings', () => {
  test.each(findingIds)('%s is told of whom it is about, and of nobody else', (id) => {
    const [bad, good] = cases[id];
    const others = [machine('OTHER'), machine('kms01', host(50, 'ServerStandard')), machine('GOOD', good)];
    const found = findingsOf([machine('BAD', bad), ...others], limits).find((finding) => finding.id === id);
    expect(found?.machines).toEqual(id === 'duplicate-cmid' ? ['BAD', 'OTHER'] : ['BAD']);
    expect(found?.reason).not.toBe('');
    expect(found?.remedy).not.toBe('');
    expect(findingsOf(others, limits).filter((finding) => finding.id === id)).toEqual([]);
  });

  test('KMS hosts that are named are those that are wanted and expected', () => {
    const fleet = [machine('KMS02', host(50, 'ServerStandard')), machine('PC')];
    const ids = (kmsHosts: readonly string[]): readonly string[] =>
      findingsOf(fleet, { ...limits, kmsHosts }).map(({ id, machines }) => `${id} ${machines.join()}`);
    expect(ids(['kms02'])).toEqual(['unexpected-kms-host PC']);
    expect(ids(['kms01'])).toEqual(['unwanted-kms-host KMS02']);
  });

  test('nothing is found where nothing is', () => {
    expect(findingsOf([machine('PC-001'), machine('kms01', host(50, 'ServerStandard'))], limits)).toEqual([]);
  });
});
