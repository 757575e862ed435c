import { startService, stopService } from '../../../../../lab/model/service';
import { NotSimulated } from '../../not-simulated';
import { type Action, type Io, type Process } from '../../process';
import { argumentsOf } from '../arguments';
import {
  isLicensingService,
  licensingService,
  refuseOtherService,
  type ServiceFacts,
} from './licensing-service';

type Verb = 'query' | 'queryex' | 'stop' | 'start';

const accessDenied = 5;
const alreadyRunning = 1056;
const unknownService = 1060;
const notStarted = 1062;

/** `sc query|queryex|stop|start SERVICE`: the licensing service. The status is Windows' error number. */
export function sc(tail: string): Action {
  const words = argumentsOf(tail);
  const [given = '', service, ...more] = words;
  const verb = given.toLowerCase();
  if (!isVerb(verb) || service === undefined || more.length > 0 || service.endsWith('='))
    throw new NotSimulated(`sc ${words.join(' ')}`.trim());
  refuseOtherService(service);
  return { run: (process, io) => verbs[verb](process, io, service) };
}

function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}

const verbs: Readonly<Record<Verb, (process: Process, io: Io, service: string) => Promise<number> | number>> =
  {
    query: (process, io, word) => query(process, io, word, false),
    queryex: (process, io, word) => query(process, io, word, true),
    stop,
    start,
  };

function query({ machine }: Process, io: Io, word: string, isExtended: boolean): number {
  const service = licensingService(machine.programs.system.state());
  if (!isLicensingService(service, word, false))
    return failed(io, 'EnumQueryServicesStatus:OpenService', unknownService);
  io.out(block(word, service.isRunning ? running : stopped, isExtended ? processOf(service) : null));
  return 0;
}

async function stop({ machine }: Process, io: Io, word: string): Promise<number> {
  const { system } = machine.programs;
  const service = licensingService(system.state());
  if (!isLicensingService(service, word, false)) return failed(io, 'OpenService', unknownService);
  if (!system.isAdministrator()) return failed(io, 'OpenService', accessDenied);
  if (!service.isRunning) return failed(io, 'ControlService', notStarted);
  await system.change(stopService);
  io.out(block(word, stopping, null));
  return 0;
}

async function start({ machine }: Process, io: Io, word: string): Promise<number> {
  const { system } = machine.programs;
  const service = licensingService(system.state());
  if (!isLicensingService(service, word, false))
    return failed(io, 'StartService: OpenService', unknownService);
  if (!system.isAdministrator()) return failed(io, 'StartService: OpenService', accessDenied);
  if (service.isRunning) return failed(io, 'StartService', alreadyRunning);
  await system.change(startService);
  io.out(block(word, starting, processOf({ ...service, isRunning: true })));
  return 0;
}

interface Status {
  readonly state: string;
  /** Null: the line is not there. */
  readonly accepts: string | null;
  readonly checkpoint: string;
  readonly hint: string;
}

const takesStop = '(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)';
const takesNothing = '(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)';
const running: Status = { state: '4  RUNNING ', accepts: takesStop, checkpoint: '0x0', hint: '0x0' };
const stopped: Status = { state: '1  STOPPED ', accepts: null, checkpoint: '0x0', hint: '0x0' };
const stopping: Status = {
  state: '3  STOP_PENDING ',
  accepts: takesNothing,
  checkpoint: '0x3',
  hint: '0x2710',
};
const starting: Status = {
  state: '2  START_PENDING ',
  accepts: takesNothing,
  checkpoint: '0x0',
  hint: '0x7d0',
};

/** Windows tells the process of a service that runs; the simulated one has none, and a number of its own. */
function processOf({ name, isRunning }: ServiceFacts): number {
  if (!isRunning) return 0;
  return name === 'slsvc' ? 1284 : 3072;
}

function block(name: string, { state, accepts, checkpoint, hint }: Status, process: number | null): string {
  const line = (label: string, value: string): string => `        ${label.padEnd(19)}: ${value}`;
  return [
    '',
    `SERVICE_NAME: ${name} `,
    line('TYPE', '10  WIN32_OWN_PROCESS  '),
    line('STATE', state),
    ...(accepts === null ? [] : [`${' '.repeat(32)}${accepts}`]),
    line('WIN32_EXIT_CODE', '0  (0x0)'),
    line('SERVICE_EXIT_CODE', '0  (0x0)'),
    line('CHECKPOINT', checkpoint),
    line('WAIT_HINT', hint),
    ...(process === null ? [] : [line('PID', String(process)), line('FLAGS', '')]),
    '',
  ].join('\r\n');
}

const sentences: Readonly<Record<number, string>> = {
  [accessDenied]: 'Access is denied.',
  [alreadyRunning]: 'An instance of the service is already running.',
  [unknownService]: 'The specified service does not exist as an installed service.',
  [notStarted]: 'The service has not been started.',
};

function failed(io: Io, step: string, code: number): number {
  // sc tells its errors on standard output.
  io.out(`[SC] ${step} FAILED ${code}:\r\n\r\n${sentences[code] ?? ''}\r\n\r\n`);
  return code;
}
