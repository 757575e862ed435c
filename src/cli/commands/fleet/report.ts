import * as z from 'zod';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { findingsOf } from '../../../fleet/findings/findings';
import { reportOf, type Report } from '../../../fleet/report/report';
import { reportHtml } from '../../../fleet/report/report-html';
import { defineCommand, UsageError, type Style } from '../../framework/command';
import { oneOf, option, text } from '../../framework/fields';
import { machinesCsv } from '../../fleet/report-csv';
import { writeNamedFile } from '../../output/named-file';
import { documentLine } from '../../output/document';
import { facts, table } from '../../output/table';
import { condition } from './condition-option';
import { findingData, findingDataOf, limitOptions, limitsOf } from './findings';
import { iso, machineData, machineDataOf } from './machine-data';
import { namesMeant, secondsNow, withInventory } from './with-inventory';

const formats = ['html', 'csv', 'json', 'text'] as const;
const trendPoints = 60;

const share = z.object({ name: z.string(), machines: z.int(), licensed: z.int() });
const counts = {
  machines: z.int(),
  licensed: z.int().describe('Reached, and all of their products licensed'),
  notReached: z.int().describe('Never counted as licensed'),
  expiring30: z.int(),
  expiring90: z.int(),
};
const reportData = z.object({
  at: z.iso.datetime(),
  summary: z.object(counts),
  trend: z.array(z.object({ at: z.iso.datetime(), ...counts })),
  findings: z.array(findingData),
  shares: z.object({ product: z.array(share), channel: z.array(share), site: z.array(share) }),
  machines: z.array(machineData),
});

/** slmgr fleet report */
export const fleetReport = defineCommand({
  name: 'fleet report',
  summary: 'A report of the inventory: who is licensed, what ends, what has to be looked at',
  description:
    'As HTML it is one file that loads nothing from anywhere, can be searched, sorted and printed, and is readable without scripts. All forms ' +
    'say the same numbers. A machine that was not reached is never counted as licensed.',
  positionals: [
    { name: 'expression', summary: 'Machines of the inventory; all if none is named', optional: true },
  ],
  options: ['format', 'out', 'where', 'expiring-days', 'not-seen-days', 'kms-hosts', 'store'],
  examples: [
    { line: 'slmgr fleet report --out report.html', does: 'for a browser' },
    { line: 'slmgr fleet report --format csv --out report.csv', does: 'for a spreadsheet' },
    { line: 'slmgr fleet report --format text', does: 'the first screen' },
  ],
  data: reportData,
  input: z.object({
    expression: text.optional(),
    format: oneOf(...formats).optional(),
    out: option.optional(),
    where: condition.optional(),
    ...limitOptions,
    store: option.optional(),
  }),
  run: async (input, context) => {
    const now = secondsNow(context);
    const format = input.format ?? (input.out === undefined ? 'text' : formatOfName(input.out));
    const report = await withInventory(context, async (inventory) => {
      const machines = await inventory.machines({
        names: await namesMeant(input.expression, inventory),
        where: input.where === undefined ? undefined : { condition: input.where, now },
      });
      const isAll = input.expression === undefined && input.where === undefined;
      const trend = isAll ? await inventory.trend(trendPoints) : [];
      return reportOf(machines, { now, trend, findings: findingsOf(machines, limitsOf(input, now)) });
    });
    const data = reportDataOf(report);
    const whole = (style: Style): string => wholeReport(report, format, style);
    if (input.out !== undefined)
      writeNamedFile(input.out, whole({ colour: false, terminal: false, width: 80 }));
    return {
      data,
      text: (style) =>
        input.out === undefined
          ? whole(style)
          : `${input.out} has the report of ${report.summary.machines} machines.\n`,
    };
  },
});

function formatOfName(name: string): (typeof formats)[number] {
  const end = /\.(\w+)$/.exec(basename(name))?.[1]?.toLowerCase();
  const found = end === undefined ? 'html' : formatsByEnd[end];
  if (found === undefined)
    throw new UsageError(
      `--out ${name}: .${end ?? ''} is no form of a report; --format html, csv, json or text says which it is.`,
    );
  return found;
}

const formatsByEnd: Readonly<Record<string, (typeof formats)[number]>> = {
  html: 'html',
  htm: 'html',
  csv: 'csv',
  json: 'json',
  text: 'text',
  txt: 'text',
};

function wholeReport(report: Report, format: (typeof formats)[number], style: Style): string {
  switch (format) {
    case 'html':
      return reportHtml(report, (part) => createHash('sha256').update(part).digest('base64'));
    case 'csv':
      return machinesCsv(report.machines, report.now);
    case 'json':
      return documentLine({
        verb: 'fleet report',
        target: null,
        ok: true,
        exitCode: 0,
        hresult: null,
        messages: [],
        data: reportDataOf(report),
      });
    case 'text':
      return reportText(report, style);
  }
}

function reportDataOf(report: Report): z.infer<typeof reportData> {
  const { now, summary, trend, findings, shares, machines } = report;
  const { product, channel, site } = shares;
  return {
    at: iso(now) ?? '',
    summary: { ...summary },
    trend: trend.map((point) => ({ ...point, at: iso(point.at) ?? '' })),
    findings: findings.map(findingDataOf),
    shares: { product: [...product], channel: [...channel], site: [...site] },
    machines: machines.map((machine) => machineDataOf(machine, now)),
  };
}

function reportText({ summary, findings, shares }: Report, style: Style): string {
  const { machines, licensed, notReached, expiring30, expiring90 } = summary;
  const head = facts(
    [
      ['Licensed', `${licensed} of ${machines}`],
      ['Not reached', notReached],
      ['Expiring within 30 days', expiring30],
      ['Expiring within 90 days', expiring90],
    ],
    style,
  );
  const found = findings.map(({ title, machines: names, remedy }) => [title, names.length, remedy]);
  const products = shares.product.map((one) => [one.name, one.licensed, one.machines]);
  return [
    head,
    ...(found.length === 0 ? [] : [table(['Finding', 'Machines', 'What to do'], found, style)]),
    ...(products.length === 0 ? [] : [table(['Product', 'Licensed', 'Machines'], products, style)]),
  ].join('\n');
}
