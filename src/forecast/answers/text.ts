import type { Counts, Forecast, Runs, SeriesRow } from './forecast';
import { number } from './words';

/** Rows of the table of states at most. */
const shownRows = 14;

const columns: readonly (readonly [title: string, key: keyof Counts])[] = [
  ['Licensed', 'licensed'],
  ['Initial grace', 'initialGrace'],
  ['Additional grace', 'additionalGrace'],
  ['Notification', 'notification'],
  ['Unlicensed', 'unlicensed'],
];

/** A table as the answers' text draws it: a head and cells. */
export type Draw = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** What a forecast says to people: verdicts first, then the states of machines and the hosts. */
export function forecastText(forecast: Forecast, draw: Draw): string {
  const { scenario, days, machines, verdicts } = forecast;
  const title = `${scenario}: ${number(machines)} machines, ${number(days)} days from ${forecast.start.slice(0, 10)}\n`;
  const answers = verdicts.map(({ ok, text }) => `${ok ? 'ok  ' : 'look'}  ${text}\n`).join('');
  return [
    title,
    answers,
    changesText(forecast),
    statesTable(forecast, draw),
    hostsTable(forecast, draw),
    poolsTable(forecast, draw),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function changesText({ verdicts, changes }: Forecast): string {
  if (verdicts[0]?.ok !== false) return '';
  if (changes.length === 0) return 'Of the changes that were tried none alone keeps everybody licensed.\n';
  return `Each of these alone keeps everybody licensed:\n${changes.map(({ text }) => `  - ${text}\n`).join('')}`;
}

/** Two forecasts side by side. */
export function comparisonText(one: Forecast, other: Forecast, draw: Draw): string {
  const rows: readonly (readonly [string, (forecast: Forecast) => number])[] = [
    ['Machines', ({ machines }) => machines],
    ...columns.map(([title, key]): readonly [string, (forecast: Forecast) => number] => [
      `${title} at the end`,
      ({ end }) => end.counts[key],
    ]),
    ['Activations run out', ({ sites }) => sites.reduce((sum, { dropped }) => sum + dropped, 0)],
    ['Initial graces run out', ({ sites }) => sites.reduce((sum, { ranOut }) => sum + ranOut, 0)],
    ['Requests', ({ hosts }) => hosts.reduce((sum, { requests }) => sum + requests, 0)],
    ['Most requests in an hour', ({ hosts }) => Math.max(0, ...hosts.map(({ peakPerHour }) => peakPerHour))],
    ['MAK activations used', ({ pools }) => pools.reduce((sum, { used }) => sum + used, 0)],
  ];
  return draw(
    ['', one.scenario, other.scenario, 'Difference'],
    rows.map(([title, value]) => {
      const difference = value(other) - value(one);
      const sign = difference > 0 ? '+' : difference < 0 ? '-' : '';
      return [title, number(value(one)), number(value(other)), `${sign}${number(Math.abs(difference))}`];
    }),
  );
}

/** What many runs say in lines. */
export function runsText({ count, licensed, dropped }: Runs): string {
  const last = licensed.at(-1) ?? { p5: 0, median: 0, p95: 0 };
  const words = ({ p5, median, p95 }: Runs['dropped']): string =>
    `median ${number(median)}, 5 to 95 %: ${number(p5)} to ${number(p95)}`;
  return `${number(count)} runs. Licensed at the end: ${words(last)}. Activations run out: ${words(dropped)}.\n`;
}

/** Rows where something changed, thinned out. */
function tellingRows(series: readonly SeriesRow[]): readonly SeriesRow[] {
  const same = (one: Counts, other: Counts | undefined): boolean =>
    other !== undefined && columns.every(([, key]) => one[key] === other[key]);
  const telling = series.filter(
    ({ counts }, at) =>
      at === series.length - 1 ||
      !same(counts, series[at - 1]?.counts) ||
      !same(counts, series[at + 1]?.counts),
  );
  if (telling.length <= shownRows) return telling;
  const step = (telling.length - 1) / (shownRows - 1);
  return Array.from({ length: shownRows }, (_, n) => telling[Math.round(n * step)]).flatMap(
    (row) => row ?? [],
  );
}

function statesTable({ series }: Forecast, draw: Draw): string {
  const shown = columns.filter(([, key]) => series.some(({ counts }) => counts[key] > 0));
  const rows = tellingRows(series).map(({ at, day, counts }) => [
    String(Math.round(day * 100) / 100),
    at.slice(0, 16).replace('T', ' '),
    ...shown.map(([, key]) => number(counts[key])),
  ]);
  return draw(['Day', 'Time (UTC)', ...shown.map(([title]) => title)], rows);
}

function hostsTable({ hosts }: Forecast, draw: Draw): string {
  if (hosts.length === 0) return '';
  const rows = hosts.map(({ name, count, requests, peakPerHour, peakAt }) => [
    name,
    count < 0 ? '-' : number(count),
    number(requests),
    number(peakPerHour),
    peakAt === null ? '-' : peakAt.slice(0, 16).replace('T', ' '),
  ]);
  return draw(['Host', 'Count', 'Requests', 'Most in an hour', 'until'], rows);
}

function poolsTable({ pools }: Forecast, draw: Draw): string {
  if (pools.length === 0) return '';
  const rows = pools.map(({ name, size, used, usedUpAt }) => [
    name,
    number(size),
    number(used),
    usedUpAt === null ? '-' : usedUpAt.slice(0, 10),
  ]);
  return draw(['MAK pool', 'Size', 'Used', 'Used up'], rows);
}
