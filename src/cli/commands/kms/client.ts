import * as z from 'zod';
import { askNow } from '../../../serve/clients/ask-now';
import { chooseClients } from '../../../serve/clients/choose-clients';
import type { ClientReport } from '../../../serve/clients/client-report';
import { keepAlive } from '../../../serve/clients/keep-alive';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { licenseStatusCode } from '../../../lab/model/state';
import { formatHresult } from '../../../licensing/hresult';
import { licenseStatusName } from '../../../licensing/license-status';
import { defineCommand, type CommandContext, type CommandResult } from '../../framework/command';
import { flag } from '../../framework/fields';
import { statusOfHresult } from '../../exit-status';
import { harmlessText } from '../../../transports/harmless-text';
import { localInterfaces } from '../../../transports/local/interfaces';
import { withLaboratory } from '../../targets/laboratory';
import { iso, isoOrNull, isoTime, machineNames } from '../lab/fields';

/** One attempt of a client. */
const data = z.object({
  machine: z.string(),
  activationId: z.string(),
  product: z.string(),
  at: isoTime,
  /** Null where it activated. */
  hresult: z.string().nullable(),
  activated: z.boolean(),
  /** Hosts in the order in which they were asked; null: it answered with a count. */
  asked: z.array(z.object({ host: z.string(), hresult: z.string().nullable() })),
  count: z.int().nullable(),
  activationIntervalMinutes: z.int().nullable(),
  renewalIntervalMinutes: z.int().nullable(),
  /** What the client keeps of the host that it discovered. */
  discoveredHost: z.object({ name: z.string(), port: z.int(), ipAddress: z.string().nullable() }).nullable(),
  hostExtendedPid: z.string().nullable(),
  licenseStatus: z.object({ code: z.int(), name: z.string() }),
  expiresAt: isoTime.nullable(),
  nextAttemptAt: isoTime.nullable(),
});

/** slmgr kms client NAME... [--once] */
export const kmsClient = defineCommand({
  name: 'kms client',
  summary: 'Keep simulated KMS clients alive, or let each send one request now',
  description:
    "Retries and renewals happen when the estate's clock reaches them; a change of this computer's network lets clients " +
    'that wait for one try at once. Each attempt is one line, or one JSON document a line, whichever process plays it. ' +
    'With --once each client asks its host at once, whatever its timers say, and the status is that of the first that was ' +
    'not activated.',
  positionals: [
    {
      name: 'names',
      summary: 'Names of lab machines; * and ? stand for several (in quotation marks)',
      many: true,
      holds: 'machine',
    },
  ],
  options: ['once'],
  examples: [
    { line: 'slmgr kms client PC-001 --once', does: 'one request over TCP now' },
    { line: "slmgr kms client 'PC-*' --json", does: 'until a signal, one document for each attempt' },
  ],
  data,
  input: z.object({ names: machineNames, once: flag }),
  run: ({ names, once }, context) =>
    withLaboratory(context, async (laboratory) => {
      const machines = chooseClients(laboratory.store, names);
      if (once) await sendOnce(laboratory, machines, context);
      else await keep(laboratory, machines, context);
      return null;
    }),
});

async function sendOnce(
  laboratory: Laboratory,
  machines: readonly string[],
  { console, emit }: CommandContext,
): Promise<void> {
  const reports = await askNow(laboratory, machines);
  const failed = reports.find(({ hresult }) => hresult !== 0);
  const exitCode = failed === undefined ? 0 : statusOfHresult(failed.hresult, console.platform);
  for (const report of reports) emit({ ...resultOf(report), exitCode });
}

async function keep(
  laboratory: Laboratory,
  machines: readonly string[],
  { console, emit }: CommandContext,
): Promise<void> {
  const interrupted = console.interrupted();
  if (console.errIsTerminal) console.err(`${machines.length} clients are alive; Ctrl+C ends them.\n`);
  await keepAlive(laboratory, machines, {
    interrupted,
    sleep: console.sleep,
    networkState: () => addressesHere(),
    onReport: (report) => {
      emit({ ...resultOf(report), exitCode: 0 });
    },
  });
}

/** The addresses of this computer as one text. */
function addressesHere(): string {
  return Object.values(localInterfaces() ?? {})
    .flatMap((infos) => infos ?? [])
    .map(({ cidr, address }) => cidr ?? address)
    .sort()
    .join(' ');
}

function resultOf(report: ClientReport): CommandResult {
  const { machine, hresult } = report;
  return {
    data: jsonOf(report),
    text: () => `${harmlessText(lineOf(report))}\n`,
    ok: hresult === 0,
    hresult: hresult === 0 ? null : hresult,
    messages: [sentenceOf(report)],
    target: { kind: 'simulated', machine },
  };
}

function jsonOf(report: ClientReport): z.infer<typeof data> {
  const { machine, activationId, product, at, hresult, asked, answer, state } = report;
  const { discovered, hostPid } = state.kmsClient;
  const code = licenseStatusCode[state.license.status];
  return {
    machine,
    activationId,
    product,
    at: iso(at),
    hresult: codeOrNull(hresult),
    activated: hresult === 0,
    asked: asked.map((each) => ({ host: each.host, hresult: codeOrNull(each.hresult) })),
    count: answer?.count ?? null,
    activationIntervalMinutes: answer?.activationIntervalMinutes ?? null,
    renewalIntervalMinutes: answer?.renewalIntervalMinutes ?? null,
    discoveredHost:
      discovered === null
        ? null
        : { name: discovered.name, port: discovered.port, ipAddress: discovered.address },
    hostExtendedPid: hostPid,
    licenseStatus: { code, name: licenseStatusName(code) },
    expiresAt: isoOrNull(state.license.until),
    nextAttemptAt: isoOrNull(state.timer?.at ?? null),
  };
}

function codeOrNull(code: ClientReport['hresult']): string | null {
  return code === 0 ? null : formatHresult(code);
}

function lineOf(report: ClientReport): string {
  return `${iso(report.at)}  ${report.machine}  ${report.product}: ${sentenceOf(report)}`;
}

function sentenceOf({ hresult, asked, answer }: ClientReport): string {
  const by = asked.at(-1)?.host;
  const where = by === undefined ? '' : ` by ${by}`;
  const count = answer === null ? '' : `, count ${answer.count}`;
  if (hresult === 0) return `activated${where}${count}`;
  const tried =
    asked.length === 0 ? 'no host was found' : `asked ${asked.map(({ host }) => host).join(', ')}`;
  return `not activated: ${formatHresult(hresult)} (${tried}${count})`;
}
