import * as z from 'zod';
import { hostStatus, type HostStatus } from '../../../serve/kms-host/host-status';
import { endpointText } from '../../../kms/net/endpoint';
import { sqliteDriver } from '../../../lab/store/drivers';
import { defineCommand, type CommandContext, type CommandResult } from '../../framework/command';
import { flag } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName } from '../lab/fields';
import { dataFolder } from './home';

const watchMs = 1000;
const count = z.int();

const data = z.object({
  machine: z.string(),
  running: z.boolean(),
  served: z.boolean(),
  listening: z.object({ address: z.string(), port: z.int() }).nullable(),
  listeningPort: z.int(),
  pid: z.int().nullable(),
  uptimeSeconds: z.int().nullable(),
  priority: z.int().nullable(),
  connections: z.int().nullable(),
  connectionsAccepted: z.int().nullable(),
  answered: z.int().nullable(),
  failed: z.int().nullable(),
  perSecond: z.number().nullable(),
  counts: z.array(
    z.object({
      count: z.string(),
      /** Current count; -1 where nobody asked yet. */
      current: z.int(),
      cached: z.int(),
      capacity: z.int(),
    }),
  ),
  requests: z.object({
    total: count,
    failed: count,
    unlicensed: count,
    licensed: count,
    oobGrace: count,
    ootGrace: count,
    nonGenuineGrace: count,
    notification: count,
  }),
});

/** slmgr kms status NAME */
export const kmsStatus = defineCommand({
  name: 'kms status',
  summary: 'Show what a KMS host is doing: count, cache, requests, and the process that serves it',
  positionals: [{ name: 'name', summary: 'Name of a lab machine', holds: 'machine' }],
  options: ['watch'],
  examples: [
    { line: 'slmgr kms status KMS01', does: 'once' },
    { line: 'slmgr kms status KMS01 --watch', does: 'again every second until a signal' },
  ],
  data,
  input: z.object({ name: machineName, watch: flag }),
  run: async ({ name, watch }, context) => {
    if (!watch) return await shown(name, context);
    const ended = context.console.interrupted().then(() => true);
    for (;;) {
      context.emit(await shown(name, context));
      if (await Promise.race([ended, context.console.sleep(watchMs).then(() => false)])) return null;
    }
  },
});

async function shown(name: string, context: CommandContext): Promise<CommandResult> {
  const home = dataFolder(context.console);
  const status = await withLaboratory(context, ({ store, catalogue, realNow }) =>
    hostStatus({ store, catalogue, realNow, home, driver: sqliteDriver() }, name),
  );
  return {
    data: jsonOf(status),
    text: () => textOf(status),
    target: { kind: 'simulated', machine: status.machine },
  };
}

function jsonOf({ process: own, ...status }: HostStatus): z.infer<typeof data> {
  const listening =
    own?.address == null || own.port === null ? null : { address: own.address, port: own.port };
  return {
    machine: status.machine,
    running: status.running,
    served: status.served,
    listening,
    listeningPort: status.listeningPort,
    pid: own?.pid ?? null,
    ...processNumbers(own),
    counts: status.counts.map((each) => ({ ...each })),
    requests: { ...status.requests },
  };
}

function processNumbers(
  own: HostStatus['process'],
): Pick<
  z.infer<typeof data>,
  'uptimeSeconds' | 'priority' | 'connections' | 'connectionsAccepted' | 'answered' | 'failed' | 'perSecond'
> {
  if (own === null) {
    return {
      uptimeSeconds: null,
      priority: null,
      connections: null,
      connectionsAccepted: null,
      answered: null,
      failed: null,
      perSecond: null,
    };
  }
  const { uptimeSeconds, priority, connections, accepted, answered, failed, perSecond } = own;
  return { uptimeSeconds, priority, connections, connectionsAccepted: accepted, answered, failed, perSecond };
}

function textOf(status: HostStatus): string {
  const { requests } = status;
  const counts = status.counts.map(
    ({ count: name, current, cached, capacity }) =>
      `Count (${name}): ${current < 0 ? 'nobody asked yet' : `${current}, ${cached} of ${capacity} cached`}`,
  );
  const asked = `Requests: ${requests.total} in all, ${requests.failed} failed`;
  const lines = [`${status.machine}: ${stateOf(status)}`, ...processLines(status.process), ...counts, asked];
  return `${lines.join('\n')}\n`;
}

function stateOf({ running, served, process: own, listeningPort }: HostStatus): string {
  if (!running) return served ? 'stopped; a process waits for its start' : 'stopped';
  if (!served) return `running in process (port ${listeningPort}); not served`;
  if (own?.address == null || own.port === null) return 'served, but not listening';
  return `listening on ${endpointText({ host: own.address, port: own.port })}`;
}

function processLines(own: HostStatus['process']): readonly string[] {
  if (own === null) return [];
  return [
    `Process: ${own.pid}, up ${own.uptimeSeconds} s, priority ${own.priority}`,
    `Connections: ${own.connections} open, ${own.accepted} in all`,
    `Answered: ${own.answered} (${own.perSecond} per second), not recorded: ${own.failed}`,
  ];
}
