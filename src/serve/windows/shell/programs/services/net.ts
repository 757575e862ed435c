import { startService, stopService } from '../../../../../lab/model/service';
import { NotSimulated } from '../../not-simulated';
import { type Action, type Io, type Process } from '../../process';
import { argumentsOf } from '../arguments';
import { isLicensingService, licensingService, refuseOtherService } from './licensing-service';

/** `net start|stop SERVICE [/y]` and `net start`: the licensing service. 2 is the status of everything that fails. */
export function net(tail: string): Action {
  const words = argumentsOf(tail);
  const [verb = '', service, ...more] = words.filter((word) => !/^\/(?:y|yes|n|no)$/i.test(word));
  const isStop = /^stop$/i.test(verb);
  if (!isStop && !/^start$/i.test(verb)) throw new NotSimulated(`net ${verb}`.trim());
  if (more.length > 0 || service?.startsWith('/') === true) throw new NotSimulated(`net ${words.join(' ')}`);
  if (service === undefined) return { run: isStop ? syntaxOfStop : listStarted };
  refuseOtherService(service);
  return { run: (process, io) => (isStop ? stop(process, io, service) : start(process, io, service)) };
}

function syntaxOfStop(_: Process, io: Io): number {
  io.err('The syntax of this command is:\r\n\r\nNET STOP\r\nservice\r\n\r\n');
  return 1;
}

function listStarted({ machine }: Process, io: Io): number {
  const { display, isRunning } = licensingService(machine.programs.system.state());
  const started = isRunning ? `   ${display}\r\n` : '';
  io.out(
    `These Windows services are started:\r\n\r\n${started}\r\nThe command completed successfully.\r\n\r\n`,
  );
  return 0;
}

async function start({ machine }: Process, io: Io, word: string): Promise<number> {
  const { system } = machine.programs;
  const service = licensingService(system.state());
  if (!isLicensingService(service, word, true)) return failed(io, 'The service name is invalid.', 2185);
  if (!system.isAdministrator()) return denied(io);
  if (service.isRunning) return failed(io, 'The requested service has already been started.', 2182);
  await system.change(startService);
  io.out(
    `The ${service.display} service is starting.\r\nThe ${service.display} service was started successfully.\r\n\r\n`,
  );
  return 0;
}

async function stop({ machine }: Process, io: Io, word: string): Promise<number> {
  const { system } = machine.programs;
  const service = licensingService(system.state());
  if (!isLicensingService(service, word, true)) return failed(io, 'The service name is invalid.', 2185);
  if (!system.isAdministrator()) return denied(io);
  if (!service.isRunning) return failed(io, `The ${service.display} service is not started.`, 3521);
  await system.change(stopService);
  io.out(
    `The ${service.display} service is stopping.\r\nThe ${service.display} service was stopped successfully.\r\n\r\n`,
  );
  return 0;
}

function failed(io: Io, sentence: string, help: number): number {
  io.err(`${sentence}\r\n\r\nMore help is available by typing NET HELPMSG ${help}.\r\n\r\n`);
  return 2;
}

function denied(io: Io): number {
  io.err('System error 5 has occurred.\r\n\r\nAccess is denied.\r\n\r\n');
  return 2;
}
