import * as z from 'zod';
import { parseHresult } from '../../licensing/hresult';
import type { CheckedStep, ConnectionReport } from '../../remote/check-connection';
import { bundles } from '../bundles';
import { statusOfHresult } from '../exit-status';
import { defineCommand, type Style } from '../framework/command';
import { text } from '../framework/fields';
import { coloured } from '../output/table';
import { rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';

const step = z.object({
  step: z.string().describe('name, tcp, host-key, tls, authentication, elevation, licensing-classes'),
  status: z.enum(['ok', 'failed', 'skipped']),
  detail: z.string(),
  advice: z.array(z.string()),
});

/** slmgr check-connection TARGET */
export const checkConnection = defineCommand({
  name: 'check-connection',
  summary: 'Go the way to a machine step by step and say what to do where it ends',
  description:
    'Name, TCP, host key or TLS, authentication, elevation, the licensing classes: each step by itself. Nothing is changed on the ' +
    'machine. The status is 0 where every step succeeds, else that of the error a verb would print.',
  positionals: [
    {
      name: 'target',
      summary: 'ssh://USER@HOST, winrm://USER@HOST, a name, or an entry of the targets file',
    },
  ],
  options: remoteOptionNames,
  examples: [
    { line: 'slmgr check-connection ssh://admin@server01', does: 'over SSH' },
    {
      line: 'slmgr check-connection winrms://admin@server01 --ca-file ca.pem',
      does: 'over WinRM with HTTPS',
    },
  ],
  data: z.object({
    target: z.string(),
    host: z.string(),
    transport: z.enum(['ssh', 'winrm', 'winrms']),
    ok: z.boolean(),
    hresult: z.string().nullable(),
    steps: z.array(step),
    machine: z.unknown(),
  }),
  input: z.object({ target: text }),
  run: async ({ target }, context) => {
    const report = await bundles.remote().checkRemote({
      target: { machine: target, account: null },
      options: rawOptions(context),
      console: context.console,
      verb: undefined,
    });
    const hresult = report.hresult === null ? null : parseHresult(report.hresult);
    return {
      data: report,
      text: (style) => reportText(report, style),
      hresult,
      ok: report.ok,
      exitCode:
        report.ok || hresult === null
          ? Number(!report.ok)
          : statusOfHresult(hresult, context.console.platform),
      target: { kind: 'windows', machine: report.target },
    };
  },
});

const moods = { ok: 'good', failed: 'bad', skipped: 'warning' } as const;

function reportText({ steps }: ConnectionReport, style: Style): string {
  const width = Math.max(...steps.map((each) => each.step.length));
  return steps
    .flatMap((each: CheckedStep) => [
      `${each.step.padEnd(width)}  ${coloured(each.status.padEnd(7), moods[each.status], style)}  ${each.detail}`,
      ...each.advice.map((line) => `${' '.repeat(width)}           ${line}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
