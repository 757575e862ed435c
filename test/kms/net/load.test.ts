import fc from 'fast-check';
import { LatencyHistogram } from '../../../src/kms/net/latency';
import { runLoad } from '../../../src/kms/net/load';
import { hresult } from '../../../src/licensing/hresult';
import { requestNumber, startServer, stopAll } from './support';

afterEach(stopAll);

/** Long enough for any machine: a run here ends by what it has done. */
const unending = 3_600_000;

/** Requests that end the run, or do something else, once so many were begun. */
function atRequest(count: number, act: () => void): (index: number) => ReturnType<typeof requestNumber> {
  return (index) => {
    if (index === count - 1) act();
    return requestNumber(index);
  };
}

test.each([null, 4])(
  'a run counts what was sent and answered (kept connections: %p)',
  async (connections) => {
    const { endpoint, server } = await startServer();
    const stop = new AbortController();
    const report = await runLoad({
      endpoint,
      request: atRequest(100, () => stop.abort()),
      connections,
      rate: null,
      durationMs: unending,
      signal: stop.signal,
    });
    expect(report.failed).toBe(0);
    expect(report.sent).toBeGreaterThanOrEqual(100);
    expect(report.answered).toBe(report.sent);
    expect(server.status.answered).toBe(report.answered);
    // Both are rounded: the seconds to milliseconds, the rate to a tenth.
    const rounding = report.perSecond * 0.0005 + report.seconds * 0.05;
    expect(Math.abs(report.perSecond * report.seconds - report.answered)).toBeLessThanOrEqual(rounding + 0.1);
    const { p50, p95, p99, max } = report.latencyMs;
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b));
    if (connections === null) expect(server.status.accepted).toBe(report.sent);
    else expect(server.status.accepted).toBe(connections);
  },
);

test('the rate is not exceeded, however fast the host answers', async () => {
  const { endpoint } = await startServer();
  const stop = new AbortController();
  const rate = 100;
  const connections = 2;
  const report = await runLoad({
    endpoint,
    request: atRequest(40, () => stop.abort()),
    connections,
    rate,
    durationMs: unending,
    signal: stop.signal,
  });
  expect(report.sent).toBeGreaterThanOrEqual(40);
  // Workers that look at once may begin together.
  expect(report.sent).toBeLessThanOrEqual(rate * report.seconds + connections);
});

test('refusals are answers, and are told apart; the run ends with its time', async () => {
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
  expect(report.answered).toBeGreaterThan(0);
  expect(report.refusals).toEqual({ '0xC004F042': report.answered });
  expect(report.failed).toBe(0);
});

test.each([null, 4])(
  'a host that dies: it still reports, what was lost is failed (%p)',
  async (connections) => {
    const { endpoint, server } = await startServer();
    const stop = new AbortController();
    const report = await runLoad({
      endpoint,
      request: atRequest(100, () => void server.stop(0)),
      connections,
      rate: null,
      durationMs: unending,
      progress: ({ failed }) => {
        if (failed > 0) stop.abort();
      },
      signal: stop.signal,
    });
    expect(report.answered).toBeGreaterThan(0);
    expect(report.failed).toBeGreaterThan(0);
    expect(report.sent).toBe(report.answered + report.failed);
    expect(report.failures).toHaveProperty('closed');
  },
);

test('an abort ends the run early: what is under way is the last', async () => {
  const { endpoint } = await startServer();
  const stop = new AbortController();
  const report = await runLoad({
    endpoint,
    request: atRequest(3, () => stop.abort()),
    connections: 1,
    rate: null,
    durationMs: unending,
    signal: stop.signal,
  });
  expect(report).toMatchObject({ sent: 3, answered: 3, failed: 0 });
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
