import * as z from 'zod';
import { type Hresult, parseHresult } from '../../licensing/hresult';
import type { CheckedStep, ConnectionReport } from '../../remote/check-connection';
import { renderText } from '../../render/text';
import { statusOfHresult } from '../exit-status';
import {
  defineCommand,
  UsageError,
  type CommandContext,
  type CommandResult,
  type Style,
} from '../framework/command';
import { text, wholeNumber } from '../framework/fields';
import type { OptionValues } from '../argv/option-values';
import { harmlessText } from '../../transports/harmless-text';
import { coloured } from '../output/table';
import { folded } from '../output/wrap';
import type { Surroundings } from '../parts';
import { shownRunOptions } from '../runs/own-options';
import { runData } from '../schemas/run';
import { nearInLab } from '../targets/lab-address';
import { rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';
import { findMachine, saidWay } from '../targets/find-machine';
import { resolveTarget } from '../targets/resolve';
import { manyMeant } from './many-meant';

const step = z.object({
  step: z.string().describe('name, tcp, host-key, tls, authentication, elevation, licensing-classes'),
  status: z.enum(['ok', 'failed', 'skipped']),
  detail: z.string(),
  advice: z.array(z.string()),
});

const reportData = z.object({
  target: z.string(),
  kind: z.string().describe('Which kind of machine answered, as in target.kind; unreachable: none did'),
  host: z.string(),
  transport: z.enum(['ssh', 'winrm', 'winrms', 'none']).describe('none: this computer or its laboratory'),
  ok: z.boolean(),
  hresult: z.string().nullable(),
  steps: z.array(step),
  machine: z.unknown(),
});

/** slmgr check-connection TARGET */
export const checkConnection = defineCommand({
  name: 'check-connection',
  summary: 'Go the way to a machine step by step and say what to do where it ends',
  description:
    'Name, TCP, host key or TLS, authentication, elevation, the licensing classes: each step by itself. Nothing is changed on the ' +
    'machine. The status is 0 where every step succeeds, else that of the error a verb would print. Many machines are a run: ' +
    'those whose way ends at the same place stand together, addresses and fingerprints left out (--json and --tsv have them), ' +
    'and the status is that of a run.',
  positionals: [
    {
      name: 'target',
      summary:
        'ssh://USER@HOST, winrm://USER@HOST, a name, an entry of the targets file, or an expression of several',
      optional: true,
      holds: 'machine',
    },
  ],
  options: ['tsv', ...shownRunOptions, ...remoteOptionNames],
  examples: [
    { line: 'slmgr check-connection ssh://admin@server01', does: 'over SSH' },
    {
      line: 'slmgr check-connection winrms://admin@server01 --ca-file ca.pem',
      does: 'over WinRM with HTTPS',
    },
    { line: "slmgr check-connection 'PC-*,@branch'", does: 'many, before a run' },
  ],
  data: z.union([reportData, runData]),
  input: z.object({
    target: text.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    retries: wholeNumber(0, 20).optional(),
  }),
  run: async ({ target }, context) => {
    const options = rawOptions(context);
    const words = target === undefined ? [] : [target];
    if (manyMeant(words, options)) return checkMany(words, options, context);
    if (target === undefined)
      throw new UsageError('A machine is missing: a name, ssh://USER@HOST, or a lone . for this one.');
    const report = await reportOn(target, options, context);
    const hresult = report.hresult === null ? null : parseHresult(report.hresult);
    const error = errorOfVerbs(report, hresult);
    return {
      data: report,
      text: (style) => reportText(report, style) + folded(error, style),
      table: {
        head: stepHead,
        rows: report.steps.map(stepRow),
      },
      messages: error === '' ? [] : [error.trim()],
      hresult,
      ok: report.ok,
      exitCode:
        report.ok || hresult === null
          ? Number(!report.ok)
          : statusOfHresult(hresult, context.console.platform),
      target: { kind: report.kind, machine: report.target },
    };
  },
});

const stepHead = ['Step', 'Status', 'Detail', 'Advice'];

function stepRow({ step: name, status, detail, advice }: CheckedStep): readonly string[] {
  return [name, status, detail, advice.join(' ')];
}

async function checkMany(
  words: readonly string[],
  options: OptionValues,
  context: CommandContext,
): Promise<CommandResult> {
  const reports = new Map<string, ConnectionReport>();
  const tell = (report: ConnectionReport): string => {
    reports.set(report.target, report);
    return shortText(report);
  };
  const alike = (all: string, machine: string): string => alikeText(all, reports.get(machine)?.host ?? '');
  const work = { kind: 'connect', tell, alike } as const;
  const shown = await context.parts
    .runs()
    .showCommandOnMany({ verb: 'check-connection', words, options, work }, context);
  const { results, messages: warnings, ...result } = shown;
  const rows = results.flatMap(({ machine, outcome }) =>
    (reports.get(machine)?.steps ?? [nothingTried(outcome)]).map((each) => [machine, ...stepRow(each)]),
  );
  return { ...result, warnings, table: { head: ['Machine', ...stepHead], rows } };
}

function nothingTried(outcome: string): CheckedStep {
  return { step: 'name', status: 'skipped', detail: outcome, advice: [] };
}

/** A report without the details of steps that succeeded. */
function shortText({ steps }: ConnectionReport): string {
  return steps
    .map(({ step: name, status, detail, advice }) => {
      const line = `${name.padEnd(stepWidth)}  ${status}\n`;
      const more = status === 'failed' ? [detail, ...advice] : [];
      return line + more.map((sentence) => `  ${harmlessText(sentence)}\n`).join('');
    })
    .join('');
}

const stepWidth = 'licensing-classes'.length;

/** Such a text without the machine's host, its addresses and its fingerprint. */
function alikeText(all: string, host: string): string {
  return (host === '' ? all : all.replaceAll(host, '<host>'))
    .replace(/\[?(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,}[0-9a-f.]*)\]?/gi, '<host>')
    .replace(/SHA256:[A-Za-z0-9+/]{43}/g, '<fingerprint>');
}

/** As a verb finds the machine. */
async function reportOn(
  name: string,
  options: OptionValues,
  around: Surroundings,
): Promise<ConnectionReport> {
  const { console, parts } = around;
  const remote = parts.remote();
  if (name === '.') {
    const context = { options, console, parts, self: null };
    const detail = 'the local machine: nothing is in between';
    return remote.checkNear({ name, detail, open: () => resolveTarget({ kind: 'local' }, context) });
  }
  const way = await saidWay(options, around);
  const found = await findMachine(name, way, around);
  if (found.kind === 'lab') {
    const { provider } = found;
    const detail = nearInLab(provider.description.machine);
    return remote.checkNear({ name, detail, open: () => Promise.resolve(provider) });
  }
  const target = { machine: name, account: null };
  return remote.checkRemote({ target, options, console, parts, verb: undefined, targets: way.targets });
}

/** What a verb would print where the way ends before the licensing; nothing where it does not. */
function errorOfVerbs({ target, steps }: ConnectionReport, hresult: Hresult | null): string {
  if (hresult === null || steps.at(-1)?.status === 'ok') return '';
  return renderText([
    { kind: 'error', hresult, step: { kind: 'connecting', machine: target }, detail: '' },
  ]).replace(/\n+$/, '\n');
}

/** Between a step's name and its detail: two blanks, the status, two blanks. */
const margin = 11;

/** Which kind of machine answered, in words. */
function whoAnswered({ kind, transport }: ConnectionReport): string {
  const way = transport === 'none' ? 'here' : `over ${transport === 'ssh' ? 'SSH' : 'WinRM'}`;
  if (kind === 'unreachable') return 'no machine answered';
  if (kind === 'simulated')
    return `a simulated machine answered, ${transport === 'none' ? 'of this laboratory' : way}`;
  return `a real machine (${kind}) answered ${way}`;
}

const moods = { ok: 'good', failed: 'bad', skipped: 'warning' } as const;

function reportText(report: ConnectionReport, style: Style): string {
  const { steps } = report;
  const width = Math.max(...steps.map((each) => each.step.length), 'machine'.length);
  const lines = steps
    .flatMap((each: CheckedStep) => [
      `${each.step.padEnd(width)}  ${coloured(each.status.padEnd(7), moods[each.status], style)}  ${harmlessText(each.detail)}`,
      ...each.advice.map((line) => `${' '.repeat(width + margin)}${harmlessText(line)}`),
    ])
    .concat(`${'machine'.padEnd(width)}  ${whoAnswered(report)}`);
  return lines.map((line) => `${folded(line, style, width + margin)}\n`).join('');
}
