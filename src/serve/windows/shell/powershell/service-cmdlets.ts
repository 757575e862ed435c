import { startService, stopService } from '../../../../lab/model/service';
import {
  isLicensingService,
  licensingService,
  refuseOtherService,
} from '../programs/services/licensing-service';
import { NotSimulated } from '../not-simulated';
import { type Bound, plainText } from './bind';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { type Service, textOf, type Value } from './values';

type Change = 'Start' | 'Stop' | 'Restart';

/** Only the licensing service is simulated: its name has to be written out, so that it is known before the line runs. */
function oneService({ values }: Bound): void {
  const names = values.get('name') ?? [];
  const [name] = names;
  const word = name === undefined ? null : plainText(name);
  if (names.length !== 1 || word === null || word === '')
    throw new NotSimulated('services without one name that is written out');
  if (/[*?[]/.test(word)) throw new NotSimulated(`services by pattern (${word})`);
  refuseOtherService(word);
}

const getService: Cmdlet = {
  parameters: { positional: ['name'], constant: ['name'] },
  check: oneService,
  run: (call) => {
    const service = found(call);
    return service === null ? unknown(call, 'Get') : [service];
  },
};

function changing(change: Change): Cmdlet {
  return {
    parameters: {
      positional: ['name'],
      switches: change === 'Start' ? ['passthru'] : ['passthru', 'force'],
      constant: ['name'],
    },
    check: oneService,
    run: async (call) => {
      const { system } = call.process.machine.programs;
      const service = found(call);
      if (service === null) return unknown(call, change);
      if (!system.isAdministrator()) return denied(call, change, service);
      const isRunning = (): boolean => licensingService(system.state()).isRunning;
      if (change !== 'Start' && isRunning()) await system.change(stopService);
      if (change !== 'Stop' && !isRunning()) await system.change(startService);
      return call.switches.has('passthru') ? [found(call)] : [];
    },
  };
}

function found({ process, values }: CmdletCall): Service | null {
  const service = licensingService(process.machine.programs.system.state());
  if (!isLicensingService(service, nameOf(values), false)) return null;
  return {
    kind: 'service',
    name: service.name,
    displayName: service.display,
    status: service.isRunning ? 'Running' : 'Stopped',
  };
}

function nameOf(values: CmdletCall['values']): string {
  return textOf(values('name')[0] ?? '');
}

function unknown({ fail, values }: CmdletCall, change: Change | 'Get'): readonly Value[] {
  return fail(`${change}-Service : Cannot find any service with service name '${nameOf(values)}'.`);
}

const done: Readonly<Record<Change, string>> = { Start: 'started', Stop: 'stopped', Restart: 'stopped' };

function denied({ fail }: CmdletCall, change: Change, { name, displayName }: Service): readonly Value[] {
  return fail(
    `${change}-Service : Service '${displayName} (${name})' cannot be ${done[change]} due to the following error: ` +
      `Cannot open ${name} service on computer '.'.`,
  );
}

/** Cmdlets of services, by name. */
export const serviceCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-service', getService],
  ['start-service', changing('Start')],
  ['stop-service', changing('Stop')],
  ['restart-service', changing('Restart')],
];
