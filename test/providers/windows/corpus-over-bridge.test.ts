import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../../conformance/case-file';
import { runCases } from '../../conformance/compare';
import { type Cost, executeOver, runnerOver } from './bridge-executor';

const folder = join(__dirname, '..', '..', '..', '..', 'shared', 'conformance', 'cases');
const present = existsSync(folder);
const testWithCorpus = present ? test : test.skip;

/** The most round trips that any case of a verb costs. A test, so that nobody adds one unseen. */
const atMost: Readonly<Record<string, number>> = {
  'act-type': 2,
  'ad-activation-apply-cid': 2,
  'ad-activation-get-iid': 2,
  'ad-activation-online': 2,
  'ao-list': 1,
  ato: 3,
  atp: 2,
  cdns: 2,
  ckhc: 2,
  ckms: 2,
  'ckms-domain': 2,
  cpky: 2,
  cpri: 2,
  'del-ao': 4,
  dli: 1,
  dlv: 1,
  dti: 1,
  fta: 4,
  ilc: 2,
  ipk: 4,
  lil: 1,
  ltc: 3,
  rearm: 2,
  'rearm-app': 2,
  'rearm-sku': 2,
  ril: 2,
  rilc: 2,
  sai: 2,
  sdns: 2,
  skhc: 2,
  skms: 3,
  'skms-domain': 2,
  spri: 2,
  sprt: 2,
  sri: 2,
  upk: 3,
  xpr: 1,
};

describe('the conformance corpus over the bridge', () => {
  testWithCorpus(
    `every case prints and calls the same${present ? '' : ' (corpus absent: skipped)'}`,
    async () => {
      const reports: string[] = [];
      const costs: Cost[] = [];
      const execute = (one: Parameters<typeof executeOver>[0]): ReturnType<typeof executeOver> =>
        executeOver(one, runnerOver, (cost) => costs.push(cost));
      const summary = await runCases(readCases(folder), execute, (text) => reports.push(text));
      expect(reports).toEqual([]);
      expect(summary.failed).toBe(0);
      const worst: Record<string, number> = {};
      for (const { verb, roundTrips } of costs) worst[verb] = Math.max(worst[verb] ?? 0, roundTrips);
      expect(worst).toEqual(atMost);
    },
  );
});
