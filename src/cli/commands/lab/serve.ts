import { resolve } from 'node:path';
import * as z from 'zod';
import { EstateError } from '../../../lab/estate/errors';
import { requireMachine } from '../../../lab/estate/names';
import { dataDirectory } from '../../../lab/store/data-directory';
import { defineCommand } from '../../framework/command';
import { option, wholeNumber } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName } from './fields';
import type { Protocol } from '../../../serve/windows/serve-machines';

const address = z.object({
  machine: z.string(),
  protocol: z.enum(['ssh', 'winrm', 'winrms']),
  address: z.string(),
  port: z.int(),
});

const portNumber = wholeNumber(0, 65_535);

/** slmgr lab serve [NAME...] */
export const labServe = defineCommand({
  name: 'lab serve',
  summary: 'Let simulated machines be reached over real SSH and WinRM',
  description:
    'Runs until a signal. Each machine is an SSH server that understands what people send to Windows, and a WinRM endpoint with ' +
    'the licensing classes, the registry and the remote shell. Without a port option all three are served, SSH from 2222 on, WinRM from 5985, ' +
    'HTTPS behind it; ' +
    'with some, only those. Several machines count up from these ports in the order of their names, past ports that another protocol has; ' +
    '0 takes free ones. ' +
    'Who may sign in is said with "lab account add". With --powershell, scripts of PowerShell run in that PowerShell, each in a box without ' +
    'network and without files of this computer (docs/security.md).',
  positionals: [
    {
      name: 'names',
      summary: 'Lab machines; all of the estate without one',
      optional: true,
      many: true,
      holds: 'machine',
    },
  ],
  options: ['listen', 'ssh', 'winrm', 'winrms', 'targets-out', 'powershell'],
  examples: [
    { line: 'slmgr lab serve KMS01 --ssh 2222', does: 'then: slmgr ssh://admin@127.0.0.1:2222 /dlv' },
    {
      line: 'slmgr lab serve --targets-out targets.yaml',
      does: 'then: slmgr KMS01 /dlv --targets targets.yaml',
    },
    {
      line: 'slmgr lab serve KMS01 --powershell /usr/bin/pwsh',
      does: "then: Ansible's own modules for Windows, and any script with Get-CimInstance",
    },
  ],
  data: address,
  input: z.object({
    names: z.array(machineName).optional(),
    listen: option.optional(),
    ssh: portNumber.optional(),
    winrm: portNumber.optional(),
    winrms: portNumber.optional(),
    'targets-out': option.optional(),
    powershell: option.optional(),
  }),
  run: (input, context) =>
    withLaboratory(context, async (laboratory) => {
      const { console, parts } = context;
      const { serveMachines, shown } = parts.serve();
      const machines = laboratory.store.read((reader) =>
        input.names === undefined || input.names.length === 0
          ? reader.machineNames()
          : input.names.map((name) => requireMachine(reader, name).state.name),
      );
      if (machines.length === 0) throw new EstateError('not-found', 'The estate has no machine to serve.');
      const { env, platform, home } = console;
      const engine =
        input.powershell === undefined
          ? null
          : await parts.engine().startEngine(input.powershell, { platform, env });
      const running = await serveMachines(
        laboratory,
        {
          machines,
          listen: input.listen ?? '127.0.0.1',
          ports: portsOf(input, machines.length),
          home: resolve(dataDirectory({ env, platform, home })),
          targetsOut: input['targets-out'] ?? null,
          ...(engine === null ? {} : { engine }),
        },
        (served) =>
          context.emit({
            data: served,
            text: () => `${served.machine} ${served.protocol} ${shown(served.address, served.port)}\n`,
            target: { kind: 'simulated', machine: served.machine },
          }),
      );
      await console.interrupted();
      await running.close();
      return null;
    }),
});

function portsOf(
  given: Readonly<Partial<Record<Protocol, number | undefined>>>,
  machines: number,
): Readonly<Partial<Record<Protocol, number>>> {
  const { ssh, winrm, winrms } = given;
  if (ssh === undefined && winrm === undefined && winrms === undefined) {
    // Two machines or more would meet on 5986: HTTPS counts up from behind the last HTTP port.
    return { ssh: 2222, winrm: 5985, winrms: 5985 + machines };
  }
  return {
    ...(ssh === undefined ? {} : { ssh }),
    ...(winrm === undefined ? {} : { winrm }),
    ...(winrms === undefined ? {} : { winrms }),
  };
}
