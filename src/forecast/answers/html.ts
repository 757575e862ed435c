import { states } from './csv';
import { stackedChart, lineChart } from './charts';
import type { Forecast } from './forecast';
import { escapeHtml } from '../../render/escape-html';
import { number } from './words';

const titles = {
  licensed: 'Licensed',
  initialGrace: 'Initial grace',
  additionalGrace: 'Additional grace',
  notification: 'Notification',
  unlicensed: 'Unlicensed',
} as const;

const style = `
:root { color-scheme: light dark; --line: #8886; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h1, li, td { overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; }
.ok::before { content: "\\2713  "; color: #2a7d3f; } .look::before { content: "\\25B2  "; color: #c2410c; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.wide { overflow-x: auto; } .wide td { overflow-wrap: normal; white-space: nowrap; }
.key span { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 1rem; }
@media print { body { margin: 0; max-width: none; } }
`;

/** One page with everything that the answer has: no script, nothing from the network. */
export function forecastHtml(forecasts: readonly Forecast[]): string {
  const [first] = forecasts;
  const title = escapeHtml(`Forecast of ${first?.scenario ?? ''}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${forecasts.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section(forecast: Forecast): string {
  const { scenario, machines, days, start, verdicts, changes, hosts, series } = forecast;
  const dayOfRow = series.map(({ day }) => day);
  const bands = states.map((state) => ({
    name: titles[state],
    values: series.map(({ counts }) => counts[state]),
  }));
  const lines = hosts.slice(0, 10).map(({ name }, host) => ({
    name,
    values: series.map(({ hostCounts }) => Math.max(0, hostCounts[host] ?? 0)),
  }));
  return `<h1>${escapeHtml(scenario)}</h1>
<p>${number(machines)} machines, ${number(days)} days from ${start.slice(0, 10)}</p>
<h2>Answers</h2>
<ul>${verdicts.map(({ ok, text }) => `<li class="${ok ? 'ok' : 'look'}">${escapeHtml(text)}</li>`).join('')}</ul>
${changes.length === 0 ? '' : `<h2>What keeps everybody licensed</h2><ul>${changes.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`}
<h2>Machines by licence state</h2>
${stackedChart('Machines by licence state, by day', dayOfRow, bands)}
${lines.length === 0 ? '' : `<h2>Current count of the hosts</h2>${lineChart('Current count of the hosts, by day', dayOfRow, lines)}`}
<h2>Hosts</h2>
${table(
  'Hosts',
  ['Host', 'Count', 'Requests', 'Most in an hour'],
  hosts.map(({ name, count, requests, peakPerHour }) => [name, count, requests, peakPerHour]),
)}
<h2>States through time</h2>
${table(
  'States through time',
  ['Time (UTC)', ...states.map((state) => titles[state]), 'Requests'],
  series.map(({ at, counts, requests }) => [at, ...states.map((state) => counts[state]), requests]),
)}`;
}

/** A table that scrolls by itself where it is wider than the page. */
function table(
  name: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cell = (tag: string, value: string | number): string => {
    const isNumber = typeof value === 'number';
    return `<${tag}${isNumber ? ' class="number"' : ''}>${isNumber ? number(value) : escapeHtml(value)}</${tag}>`;
  };
  const row = (tag: string, cells: readonly (string | number)[]): string =>
    `<tr>${cells.map((each) => cell(tag, each)).join('')}</tr>`;
  const body = rows.map((cells) => row('td', cells)).join('');
  return `<div class="wide" tabindex="0" role="group" aria-label="${name}"><table><thead>${row('th', head)}</thead><tbody>${body}</tbody></table></div>`;
}
