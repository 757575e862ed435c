import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { defaultLoadProduct, loadRequests } from '../../../serve/kms-host/load-clients';
import { estateClock, loadTarget } from '../../../serve/kms-host/load-target';
import { runLoad, type LoadCounts, type LoadReport } from '../../../kms/net/load';
import { sqliteDriver } from '../../../lab/store/drivers';
import { type Console } from '../../console';
import { interruptedStatus } from '../../exit-status';
import { defineCommand } from '../../framework/command';
import { duration, option, wholeNumber } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName } from '../lab/fields';
import { dataFolder } from './home';

const milliseconds = z.number();

/** slmgr kms load NAME|ADDR:PORT */
export const kmsLoad = defineCommand({
  name: 'kms load',
  summary: 'Ask a served KMS host as fast as it answers, or at a rate, and report',
  description:
    'Without --connections each request has a connection of its own; with it so many stay open with one request ' +
    'outstanding each. Where the host dies the report still comes, with what was lost as failed.',
  positionals: [
    { name: 'target', summary: 'A served lab machine, or ADDR:PORT of an emulated host', holds: 'machine' },
  ],
  options: ['clients', 'connections', 'product', 'rate', 'duration'],
  examples: [
    { line: 'slmgr kms load KMS01 --duration 5s', does: 'a connection for each request' },
    { line: 'slmgr kms load KMS01 --connections 64 --clients 1000 --json', does: '64 kept connections' },
  ],
  data: z.object({
    sent: z.int(),
    answered: z.int(),
    failed: z.int(),
    seconds: z.number(),
    perSecond: z.number(),
    latencyMs: z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds, max: milliseconds }),
    /** Answers that were refusals, by HRESULT. */
    refusals: z.record(z.string(), z.int()),
    /** Failed requests by what went wrong. */
    failures: z.record(z.string(), z.int()),
  }),
  input: z.object({
    target: machineName,
    clients: wholeNumber(1, 1_000_000).default(50),
    connections: wholeNumber(1, 20_000).optional(),
    product: option.default(defaultLoadProduct),
    rate: wholeNumber(1, 1_000_000).optional(),
    duration: duration.default(5000),
  }),
  run: async (input, context) => {
    const { console } = context;
    const plan = await withLaboratory(context, ({ store, catalogue, realNow }) => ({
      endpoint: loadTarget({ store, driver: sqliteDriver(), home: dataFolder(console) }, input.target),
      request: loadRequests({
        catalogue,
        product: input.product,
        clients: input.clients,
        run: randomInt(2 ** 32),
        now: estateClock(store, realNow),
      }),
    }));
    const stop = new AbortController();
    const signals: (keyof typeof interruptedStatus)[] = [];
    const release = console.onInterrupt((by) => {
      signals.push(by);
      stop.abort();
    });
    const report = await runLoad({
      ...plan,
      connections: input.connections ?? null,
      rate: input.rate ?? null,
      durationMs: input.duration,
      signal: stop.signal,
      progress: progressLine(console),
    });
    release();
    console.progress('');
    const result = { data: report, text: () => textOf(report) };
    const [by] = signals;
    return by === undefined
      ? { ...result, exitCode: report.answered > 0 ? 0 : 1 }
      : { ...result, exitCode: interruptedStatus[by], messages: ['Interrupted on the way.'] };
  },
});

/** Numbers so far on one line of a terminal; nothing for a pipe. */
function progressLine(console: Console): (soFar: LoadCounts) => void {
  return ({ answered, failed }) => {
    console.progress(`${answered} answered, ${failed} failed`);
  };
}

function textOf({ sent, answered, failed, seconds, perSecond, latencyMs, ...why }: LoadReport): string {
  const { p50, p95, p99, max } = latencyMs;
  const notes = [
    ...Object.entries(why.refusals).map(([code, count]) => `  refused with ${code}: ${count}`),
    ...Object.entries(why.failures).map(([failure, count]) => `  failed (${failure}): ${count}`),
  ];
  const lines = [
    `${sent} sent, ${answered} answered, ${failed} failed in ${seconds} s: ${perSecond} per second`,
    `Latency in ms: median ${p50}, 95 % ${p95}, 99 % ${p99}, greatest ${max}`,
    ...notes,
  ];
  return `${lines.join('\n')}\n`;
}
