import { escapeHtml } from '../../render/escape-html';
import { harmlessText } from '../../transports/harmless-text';
import { findColumn, minuteText } from '../inventory/columns';
import type { TrendPoint } from '../inventory/inventory';
import { daysUntil, isReached, shortProductName, type InventoryMachine } from '../inventory/machine';
import { statusWord } from '../inventory/status-words';
import { foldNames } from '../targets/fold';
import type { Report } from './report';
import { reportScript } from './report-script';
import { reportStyle } from './report-style';
import type { Share } from './summary';

/** Base64 of the SHA-256 of a text: what allows the page's own style and script. */
export type HashOf = (text: string) => string;

/** Most characters of a finding's machines; the table has all of them. */
const mostNames = 2000;

/**
 * The report as one page: nothing is loaded from anywhere, and what is in it is readable without its script. Names and
 * texts of machines are foreign: they are escaped, and nothing but the page's own style and script has a right to run.
 */
export function reportHtml(report: Report, hashOf: HashOf): string {
  const policy = `default-src 'none'; style-src 'sha256-${hashOf(reportStyle)}'; script-src 'sha256-${hashOf(reportScript)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Licences of ${report.summary.machines} machines</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>Licences of ${report.summary.machines} machines</h1>
<p class="soft">As of ${minuteText(report.now)} UTC</p>
${cards(report)}
${chart(report.trend)}
${findings(report)}
<h2>Shares</h2>
<div class="shares">
${shareTable('Product', report.shares.product)}
${shareTable('Channel', report.shares.channel)}
${shareTable('Site', report.shares.site)}
</div>
${machineTable(report)}
</main>
<script>${reportScript}</script>
</body>
</html>
`;
}

function cards({ summary }: Report): string {
  const { machines, licensed, notReached, expiring30, expiring90 } = summary;
  const percent = machines === 0 ? 0 : Math.floor((100 * licensed) / machines);
  const card = (id: string, title: string, value: string, mood: string): string =>
    `<div><dt>${title}</dt><dd id="${id}" class="${mood}">${value}</dd></div>`;
  return `<dl class="cards">
${card('licensed', `Licensed (${percent} %)`, `${licensed} of ${machines}`, licensed === machines ? 'good' : 'bad')}
${card('notReached', 'Not reached', String(notReached), notReached === 0 ? 'good' : 'bad')}
${card('expiring30', 'Expiring within 30 days', String(expiring30), expiring30 === 0 ? 'good' : 'warn')}
${card('expiring90', 'Expiring within 90 days', String(expiring90), expiring90 === 0 ? 'good' : 'warn')}
</dl>`;
}

const chartWidth = 600;
const chartHeight = 120;

/** Lines of the machines and of those that are licensed, with the numbers as text for whoever does not see them. */
function chart(trend: readonly TrendPoint[]): string {
  const last = trend.at(-1);
  const first = trend[0];
  if (last === undefined || first === undefined || trend.length < 2) return '';
  const most = Math.max(1, ...trend.map(({ machines }) => machines));
  const line = (pick: (point: TrendPoint) => number): string =>
    trend
      .map((point, at) => {
        const x = 10 + ((chartWidth - 20) * at) / (trend.length - 1);
        const y = 10 + (chartHeight - 20) * (1 - pick(point) / most);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  const said = `From ${minuteText(first.at)} to ${minuteText(last.at)} UTC: licensed ${first.licensed} of ${first.machines}, then ${last.licensed} of ${last.machines}.`;
  return `<h2>Trend</h2>
<svg role="img" aria-label="${said}" viewBox="0 0 ${chartWidth} ${chartHeight}" preserveAspectRatio="none">
<polyline fill="none" stroke="#8c959f" stroke-width="2" points="${line(({ machines }) => machines)}"/>
<polyline fill="none" stroke="#2da44e" stroke-width="3" points="${line(({ licensed }) => licensed)}"/>
</svg>
<p class="soft">${said} Grey: all machines; green: licensed.</p>`;
}

function findings({ findings: all }: Report): string {
  if (all.length === 0) return '<h2>Findings</h2>\n<p>Nothing was found.</p>';
  const parts = all.map(({ title, isBad, reason, remedy, machines }) => {
    const folded = foldNames(machines);
    const names = folded.length > mostNames ? `${folded.slice(0, mostNames)}…` : folded;
    return `<section class="finding"><h3 class="${isBad ? 'bad' : 'warn'}">${escape(title)} (${machines.length})</h3>
<p>${escape(reason)}</p><p>${escape(remedy)}</p><p class="soft">${escape(names)}</p></section>`;
  });
  return `<h2>Findings</h2>\n${parts.join('\n')}`;
}

function shareTable(title: string, shares: readonly Share[]): string {
  const rows = shares.map(
    ({ name, machines, licensed }) =>
      `<tr><th scope="row">${escape(name)}<td class="number">${licensed}<td class="number">${machines}`,
  );
  return `<table><thead><tr><th scope="col">${title}<th scope="col">Licensed<th scope="col">Machines</thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

const heads = ['Machine', 'State', 'Days', 'Product', 'Channel', 'KMS host', 'Site', 'Last seen'];
const filters = [
  ['status', 'State', 1],
  ['product', 'Product', 3],
  ['channel', 'Channel', 4],
  ['site', 'Site', 6],
] as const;

function machineTable({ machines, now }: Report): string {
  const selects = filters.map(
    ([name, label, at]) =>
      `<label>${label}<select name="${name}" data-column="${at}"><option value="">all</option></select></label>`,
  );
  const head = heads.map((name) => `<th scope="col"><button type="button">${name}</button>`).join('');
  return `<h2 id="all">Machines</h2>
<div id="tools" hidden>
<label>Search<input id="search" type="search" autocomplete="off"></label>
${selects.join('\n')}
<button id="export" type="button">Export as CSV</button>
</div>
<p id="shown" role="status">${machines.length} machines</p>
<div class="wide" role="region" aria-labelledby="all" tabindex="0">
<table id="machines"><thead><tr>${head}</thead><tbody>
${machines.map((machine) => machineRow(machine, now)).join('\n')}
</tbody></table>
</div>`;
}

const channels = findColumn('channel');
const hosts = findColumn('kms');

function machineRow(machine: InventoryMachine, now: number): string {
  const state = isReached(machine) ? statusWord(machine.status) : 'not-reached';
  const products = [...new Set(machine.products.map(({ name }) => shortProductName(name)))].join('; ');
  const cells = [
    machine.name,
    state,
    daysUntil(machine.expires, now),
    products,
    channels?.value(machine, now),
    hosts?.value(machine, now),
    machine.tags['site'],
    machine.lastSeen === null ? null : minuteText(machine.lastSeen).slice(0, 10),
  ];
  return `<tr>${cells.map((value) => `<td>${escape(String(value ?? ''))}`).join('')}`;
}

function escape(text: string): string {
  return escapeHtml(harmlessText(text));
}
