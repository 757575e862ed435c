import { isIP } from 'node:net';
import * as z from 'zod';
import { logLevels } from '../../../kms/net/log';
import { endpointText } from '../../../kms/net/endpoint';
import {
  checkMachines,
  parentGone,
  serveMachine,
  type ServeOptions,
} from '../../../serve/kms-host/serve-child';
import { childStatus, childVariable, spawnSelf, superviseHosts } from '../../../serve/kms-host/supervise';
import { type Console } from '../../console';
import { defineCommand, type CommandContext, type CommandResult } from '../../framework/command';
import { oneOf, option, wholeNumber } from '../../framework/fields';
import { machineNames } from '../lab/fields';
import { dataFolder } from './home';

const address = option.refine((value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address');

/** slmgr kms serve NAME... */
export const kmsServe = defineCommand({
  name: 'kms serve',
  summary: 'Serve the KMS host service of lab machines over TCP until a signal',
  description:
    'One process for each machine. Port (/sprt), intervals (/sai, /sri), DNS publishing (/sdns, /cdns) and priority ' +
    '(/spri, /cpri) are the machine\'s own; a changed setting takes effect at "slmgr lab restart NAME", which the ' +
    'service follows. The log goes to standard error, one JSON object a line.',
  positionals: [{ name: 'names', summary: 'Names of lab machines', many: true, holds: 'machine' }],
  options: ['listen', 'advertise', 'metrics', 'log-level'],
  examples: [
    { line: 'slmgr kms serve KMS01', does: 'on 127.0.0.1 and the port of KMS01' },
    { line: 'slmgr kms serve KMS01 --listen 0.0.0.0', does: 'for other computers, too' },
    { line: 'slmgr kms serve KMS01 --listen :: --advertise 192.0.2.7', does: 'publishes that address' },
  ],
  data: z.object({ machine: z.string(), address: z.string(), port: z.int(), pid: z.int() }),
  input: z.object({
    names: machineNames,
    listen: address.default('127.0.0.1'),
    advertise: address.optional(),
    metrics: wholeNumber(1, 65_535).optional(),
    'log-level': oneOf(...logLevels).default('info'),
  }),
  run: async ({ names, listen, advertise, metrics, 'log-level': logLevel }, context) => {
    const { console } = context;
    const options: ServeOptions = {
      home: dataFolder(console),
      listen,
      advertise: advertise === undefined ? [] : [advertise],
      metricsPort: metrics ?? null,
      logLevel,
    };
    const [first = ''] = names;
    if (console.env[childVariable] === undefined) return await supervise(names, options, context);
    const end = await serveMachine(first, options, {
      announce: (machine, { address: at, port }) => {
        context.emit(announcement(machine, at, port));
      },
      err: (line) => {
        console.err(line);
      },
      now: () => console.now(),
      interrupted: signalled(console),
      orphaned: parentGone(),
    });
    return ended(childStatus(end));
  },
});

async function supervise(
  names: readonly string[],
  options: ServeOptions,
  { console, json }: CommandContext,
): Promise<CommandResult | null> {
  const machines = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  // One that is refused says so itself; of several none is to run then.
  if (machines.length > 1) await checkMachines(machines, options, () => console.now());
  const { listen, advertise, metricsPort, logLevel } = options;
  const status = await superviseHosts(machines, {
    spawn: (machine, index) =>
      spawnSelf([
        ...['kms', 'serve', machine, '--listen', listen, '--log-level', logLevel],
        ...advertise.flatMap((each) => ['--advertise', each]),
        // A port of its own for each process.
        ...(metricsPort === null ? [] : ['--metrics', String(metricsPort + index)]),
        ...(json ? ['--json'] : []),
      ]),
    err: (line) => {
      console.err(line);
    },
    interrupted: signalled(console),
  });
  return ended(status);
}

/** Resolves at SIGINT or SIGTERM. A reader of standard output that goes away is no reason for a service to end. */
function signalled(console: Console): Promise<void> {
  return new Promise((resolve) => {
    console.onInterrupt(() => resolve());
  });
}

function announcement(machine: string, address: string, port: number): CommandResult {
  return {
    data: { machine, address, port, pid: process.pid },
    text: () => `${machine} listening on ${endpointText({ host: address, port })}\n`,
    target: { kind: 'simulated', machine },
  };
}

/** What is left to say was said by the process that refused. */
function ended(exitCode: number): CommandResult | null {
  return exitCode === 0 ? null : { data: null, text: () => '', exitCode };
}
