import type { Counts, Forecast, SeriesRow } from './forecast';
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
  return [title, answers, statesTable(forecast, draw), hostsTable(forecast, draw), poolsTable(forecast, draw)]
    .filter((part) => part !== '')
    .join('\n');
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
