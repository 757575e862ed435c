import type { Forecast } from './forecast';

/** States in the order of columns. */
export const states = ['licensed', 'initialGrace', 'additionalGrace', 'notification', 'unlicensed'] as const;

/** The time series as CSV (RFC 4180): a line for each row, the current count of each host in the last columns. */
export function forecastCsv({ series, hosts }: Pick<Forecast, 'series' | 'hosts'>): string {
  const head = ['at', 'day', ...states, 'requests', ...hosts.map(({ name }) => `count ${name}`)];
  const rows = series.map(({ at, day, counts, requests, hostCounts }) => [
    at,
    day,
    ...states.map((state) => counts[state]),
    requests,
    ...hostCounts.map((count) => (count < 0 ? '' : count)),
  ]);
  return [head, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}
