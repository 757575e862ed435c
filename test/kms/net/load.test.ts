import fc from 'fast-check';
import { LatencyHistogram } from '../../../src/kms/net/latency';
import { runLoad } from '../../../src/kms/net/load';
import { hresult } from '../../../src/licensing/hresult';
import { requestNumber, startServer, stopAll } from './support';

afterEach(stopAll);

test.each([null, 4])(
  'a run counts what was sent and answered (kept connections: %p)',
  async (connections) => {
    const { endpoint, server } = await startServer();
    const report = await runLoad({
      endpoint,
      request: requestNumber,
      connections,
      rate: null,
      durationMs: 300,
    });
    expect(report.failed).toBe(0);
    expect(report.answered).toBe(report.sent);
    expect(server.status.answered).toBe(report.answered);
    expect(report.answered).toBeGreaterThan(20);
    expect(report.perSecond).toBeCloseTo(report.answered / report.seconds, -2);
    const { p50, p95, p99, max } = report.latencyMs;
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b));
    if (connections === null) expect(server.status.accepted).toBe(report.sent);
    else expect(server.status.accepted).toBe(connections);
  },
);

test('the rate is kept', async () => {
  const { endpoint } = await startServer();
  const report = await runLoad({
    endpoint,
    request: requestNumber,
    connections: 2,
    rate: 100,
    durationMs: 500,
  });
  expect(report.sent).toBeGreaterThan(35);
  expect(report.sent).toBeLessThanOrEqual(51);
});

test('refusals are answers, and are told apart', async () => {
  const { endpoint } = await startServer({
    handle: (requests) =>
      Promise.resolve(requests.map(() => ({ kind: 'refusal', hresult: hresult(0xc004f042) }))),
  });
  const report = await runLoad({
    endpoint,
    request: requestNumber,
    connections: 1,
    rate: 50,
    durationMs: 200,
  });
  expect(report.refusals).toEqual({ '0xC004F042': report.answered });
  expect(report.failed).toBe(0);
});

test.each([null, 4])(
  'a host that dies: it still reports, what was lost is failed (%p)',
  async (connections) => {
    const { endpoint, server } = await startServer();
    const run = runLoad({
      endpoint,
      request: requestNumber,
      connections,
      rate: null,
      durationMs: 800,
      timeoutMs: 500,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.stop(0);
    const report = await run;
    expect(report.answered).toBeGreaterThan(0);
    expect(report.failed).toBeGreaterThan(0);
    expect(report.sent).toBe(report.answered + report.failed);
    expect(report.failures).toHaveProperty('closed');
  },
);

test('an abort ends the run early', async () => {
  const { endpoint } = await startServer();
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const report = await runLoad({
    endpoint,
    request: requestNumber,
    connections: 1,
    rate: null,
    durationMs: 20_000,
    signal: stop.signal,
  });
  expect(report.seconds).toBeLessThan(5);
});

test('percentiles are within one per cent, the greatest is exact', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.002, max: 100_000, noNaN: true }), { minLength: 1 }),
      (values) => {
        const histogram = new LatencyHistogram();
        values.forEach((value) => histogram.add(value));
        const sorted = [...values].sort((a, b) => a - b);
        for (const quantile of [0.5, 0.95, 0.99, 1]) {
          const exact = sorted[Math.ceil(quantile * sorted.length) - 1]!;
          expect(histogram.quantile(quantile)).toBeGreaterThanOrEqual(exact * 0.9999);
          expect(histogram.quantile(quantile)).toBeLessThanOrEqual(exact * 1.0101);
        }
      },
    ),
  );
});

test('without latencies the summary is zero', () => {
  expect(new LatencyHistogram().summary()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
});
