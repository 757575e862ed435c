import { Buffer } from 'node:buffer';
import { startService, stopService } from '../../../../lab/model/service';
import { type MachineState } from '../../../../lab/model/state';
import { isLicensingError } from '../../../../licensing/provider';
import { invokeNamed } from '../../wsman/cim-service';
import { queryText } from '../../wsman/classes';
import { WsmanServerFault } from '../../wsman/fault';
import { resolveProgram } from '../cmd/resolve';
import { NotSimulated, problemOf } from '../not-simulated';
import { inner, readingIn, type Io, type Process } from '../process';
import { licensingService } from '../programs/services/licensing-service';
import { answerRegistry, asksRegistry } from './registry';
import { denied, invalidRequest, missingService, Refusal } from './refusal';
import { readRequest, type EngineRequest } from './requests';

/** E_FAIL: what has no number of its own. */
const failed = 0x80004005;

/** Answers what a script asks of its machine, with the rights of who has signed in: a line for a line. */
export async function answerEngine(process: Process, depth: number, line: string): Promise<string> {
  await process.machine.step();
  const request = readRequest(line);
  try {
    if (request === null) throw invalidRequest();
    return JSON.stringify({ ok: true, value: (await answer(process, depth, request)) ?? null });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return JSON.stringify({ ok: false, code: refusal.code, message: refusal.message });
  }
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (isLicensingError(error)) return new Refusal(error.hresult, error.message);
  if (!(error instanceof WsmanServerFault)) return null;
  const { fault } = error;
  return new Refusal(fault.kind === 'wmi' ? fault.hresult : failed, fault.text);
}

async function answer(process: Process, depth: number, request: EngineRequest): Promise<unknown> {
  if (asksRegistry(request)) return await answerRegistry(process.machine.programs.system, request);
  const { programs, facts } = process.machine;
  switch (request.op) {
    case 'query':
      return await queryText(request.wql, {
        provider: programs.licensing,
        state: programs.system.state,
      });
    case 'invoke':
      return await invoke(process, request);
    case 'services':
      return [serviceOf(programs.system.state())];
    case 'service':
      return await control(process, request);
    case 'identity':
      return {
        name: `${facts.computerName}\\${facts.user}`,
        administrator: programs.system.isAdministrator(),
      };
    case 'find-program':
      return findProgram(process, request.name);
    case 'run':
      return await run(process, depth, request);
  }
}

async function invoke(
  { machine }: Process,
  { class: className, key, method, arguments: given }: Extract<EngineRequest, { op: 'invoke' }>,
): Promise<unknown> {
  const provider = await machine.programs.licensing();
  try {
    return await invokeNamed(provider, { className, key, method, given: new Map(Object.entries(given)) });
  } finally {
    await provider.close();
  }
}

function serviceOf(machine: MachineState): unknown {
  const { name, display, isRunning } = licensingService(machine);
  return {
    name,
    display,
    running: isRunning,
    process: isRunning ? (name === 'slsvc' ? 1284 : 3072) : 0,
    path: String.raw`C:\Windows\system32`.concat(
      name === 'slsvc' ? String.raw`\SLsvc.exe` : String.raw`\sppsvc.exe`,
    ),
    account: String.raw`NT AUTHORITY\NetworkService`,
    description:
      'Enables the download, installation and enforcement of digital licenses for Windows and Windows applications.',
  };
}

async function control(
  { machine }: Process,
  { name, verb }: Extract<EngineRequest, { op: 'service' }>,
): Promise<null> {
  const { system } = machine.programs;
  if (name.toLowerCase() !== licensingService(system.state()).name) throw missingService(name);
  if (!system.isAdministrator()) throw denied();
  await system.change(verb === 'start' ? startService : stopService);
  return null;
}

/** The whole name of a program, or null where the machine has none of that name. */
function findProgram(process: Process, name: string): string | null {
  try {
    const found = resolveProgram(name, readingIn(process, 0));
    if (found.kind === 'file') return null;
    return String.raw`C:\Windows\System32`.concat(
      '\\',
      found.name === 'slmgr' ? 'slmgr.vbs' : `${found.name}.exe`,
    );
  } catch (error) {
    if (error instanceof NotSimulated) return null;
    throw error;
  }
}

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program of the machine by a line, as CreateProcess does: no shell reads the line. */
async function run(
  process: Process,
  depth: number,
  { line, input }: Extract<EngineRequest, { op: 'run' }>,
): Promise<Ran> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const written = (texts: string[]) => (text: string) => {
    process.machine.spend(text.length);
    texts.push(text);
  };
  const io: Io = { stdin: Buffer.from(input, 'base64'), out: written(stdout), err: written(stderr) };
  let exitCode: number;
  try {
    exitCode = (await start(process, depth, line, io)) ?? 0;
  } catch (error) {
    const problem = problemOf(error, 'Nothing of the line was run.');
    if (problem === null) throw error;
    stderr.push(problem.stderr);
    exitCode = problem.exitCode;
  }
  return { exitCode: exitCode >>> 0, stdout: stdout.join(''), stderr: stderr.join('') };
}

async function start(process: Process, depth: number, line: string, io: Io): Promise<number | null> {
  const [, quoted, plain = '', tail = ''] = /^\s*(?:"([^"]*)"|([^\s"]+))(.*)$/s.exec(line) ?? [];
  const reading = inner(readingIn(process, depth));
  if (reading === null) throw new NotSimulated('shells nested that deep');
  const found = resolveProgram(quoted ?? plain, reading);
  if (found.kind === 'file') throw new NotSimulated(`the program ${quoted ?? plain}`);
  // A child of its own: what it sets is its own, and whatever it starts in turn stands in a script of the engine.
  const { machine, env, folder } = process;
  const child: Process = { machine: { ...machine, isInEngine: true }, env: env.copy(), folder };
  return await found.command(tail, reading).run(child, io);
}
