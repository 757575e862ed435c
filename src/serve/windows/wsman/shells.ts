import { Buffer } from 'node:buffer';
import { operationTimedOut, shellState } from '../../../transports/winrm/soap/names';
import {
  attribute,
  child,
  childrenNamed,
  escapeXml,
  type XmlElement,
} from '../../../transports/winrm/soap/xml';
import { type Work } from '../work-quota';
import { wsmanFault, type WsmanServerFault } from './fault';

/** Runs one command line of cmd.exe on the simulated machine. */
export type RunCommandLine = (command: {
  readonly line: string;
  readonly stdin: Buffer;
  /** Aborted when the command was ended, or its shell is gone. */
  readonly signal: AbortSignal;
}) => Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly stderr: Buffer }>;

interface Command {
  readonly line: string;
  readonly work: Work;
  readonly gone: AbortController;
  stdin: Buffer[];
  /** Set once the command was started. */
  result: ReturnType<RunCommandLine> | null;
}

interface Shell {
  readonly commands: Map<string, Command>;
  /** When it was last asked for something, ms. */
  usedAt: number;
}

/** What the shells need of the server around them. */
export interface ShellPorts {
  readonly newGuid: () => string;
  /** Begins a command; null where the account has as many under way as it may have. */
  readonly begin: () => Work | null;
  /** A clock in ms that only goes on. */
  readonly now?: () => number;
}

const maxShells = 30;
/** A shell that is not asked for anything for so long is given up (IdleTimeout of WinRM is longer), in ms. */
const idleMs = 15 * 60_000;
/** How often shells are looked at while there are some, in ms. */
const lookMs = 60_000;
const quotaExceeded = 0x803381a5;
const invalidSelectors = 0x8033805b;

/** The remote shells of one account on one machine (MS-WSMV 3.1.4.5 to 3.1.4.14). */
export class Shells {
  readonly #shells = new Map<string, Shell>();
  readonly #run: RunCommandLine;
  readonly #ports: ShellPorts;
  /** What a client that went away has left holds room that others want: it goes without being asked for. */
  #looking: NodeJS.Timeout | null = null;

  constructor(run: RunCommandLine, ports: ShellPorts) {
    this.#run = run;
    this.#ports = ports;
  }

  create(): string {
    this.#giveUpIdle();
    if (this.#shells.size >= maxShells) {
      throw quotaFault(
        'This user is allowed a maximum number of 30 concurrent shells, which has been exceeded.',
      );
    }
    const id = this.#ports.newGuid().toUpperCase();
    this.#shells.set(id, { commands: new Map(), usedAt: this.#now() });
    this.#looking ??= setInterval(() => this.#giveUpIdle(), lookMs).unref();
    return id;
  }

  delete(id: string): void {
    for (const command of this.#shell(id).commands.values()) end(command);
    this.#shells.delete(id.toUpperCase());
    if (this.#shells.size > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }

  /** Gives up everything. */
  close(): void {
    for (const id of [...this.#shells.keys()]) this.delete(id);
  }

  /** Takes a command; it starts when its input has ended, or when its output is asked for. */
  command(id: string, body: XmlElement): string {
    const shell = this.#shell(id);
    const line = commandLine(body);
    this.#giveUpIdle();
    const work = this.#ports.begin();
    if (work === null) throw quotaFault('This user has too many commands that have not ended.');
    if (!work.take(line.length)) {
      work.end();
      throw quotaFault('The command line is too long for what this user has under way.');
    }
    const commandId = this.#ports.newGuid().toUpperCase();
    shell.commands.set(commandId, { line, work, gone: new AbortController(), stdin: [], result: null });
    return commandId;
  }

  send(id: string, body: XmlElement): void {
    for (const stream of childrenNamed(child(body, 'Send'), 'Stream')) {
      const command = this.#command(id, attribute(stream, 'CommandId'));
      const bytes = Buffer.from(stream.text, 'base64');
      // Input behind the end of input is no input of the command.
      if (command.result !== null) continue;
      if (!command.work.take(bytes.length)) throw quotaFault('The command was sent too much input.');
      command.stdin.push(bytes);
      if (/^true$/i.test(attribute(stream, 'End') ?? '')) {
        this.#start(command);
      }
    }
  }

  /** Everything the command printed and its exit code, once it has ended; otherwise the "nothing yet" fault. */
  async receive(id: string, body: XmlElement, waited: Promise<void>): Promise<string> {
    const commandId = attribute(child(body, 'Receive', 'DesiredStream'), 'CommandId');
    const command = this.#command(id, commandId);
    // A client that never sends input (CONSOLEMODE_STDIN is often set without it) asks for output at once.
    this.#start(command);
    const result = await Promise.race([command.result, waited]);
    if (result === null || result === undefined) {
      throw nothingYet();
    }
    const at = escapeXml(commandId ?? '');
    const stream = (name: string, bytes: Buffer): string =>
      (bytes.length === 0
        ? ''
        : `<rsp:Stream Name="${name}" CommandId="${at}">${bytes.toString('base64')}</rsp:Stream>`) +
      `<rsp:Stream Name="${name}" CommandId="${at}" End="true"/>`;
    return (
      `<rsp:ReceiveResponse>${stream('stdout', result.stdout)}${stream('stderr', result.stderr)}` +
      `<rsp:CommandState CommandId="${at}" State="${shellState.done}"><rsp:ExitCode>${result.exitCode}</rsp:ExitCode></rsp:CommandState>` +
      '</rsp:ReceiveResponse>'
    );
  }

  /** Ends a command; one that is gone already is no error. */
  signal(id: string, body: XmlElement): void {
    const commandId = attribute(child(body, 'Signal'), 'CommandId');
    const { commands } = this.#shell(id);
    const name = (commandId ?? '').toUpperCase();
    const command = commands.get(name);
    if (command !== undefined) end(command);
    commands.delete(name);
  }

  #start(command: Command): void {
    if (command.result !== null) return;
    const stdin = Buffer.concat(command.stdin);
    command.stdin = [];
    command.result = this.#run({ line: command.line, stdin, signal: command.gone.signal }).then((result) => {
      command.work.give(stdin.length);
      if (command.work.take(result.stdout.length + result.stderr.length)) return result;
      throw quotaFault('The command printed too much.');
    });
    // Who never asks for the output must not bring the server down with a failure.
    command.result.catch(() => undefined);
  }

  #giveUpIdle(): void {
    const now = this.#now();
    for (const [id, { usedAt }] of this.#shells) if (now - usedAt > idleMs) this.delete(id);
  }

  #now(): number {
    return this.#ports.now?.() ?? performance.now();
  }

  #shell(id: string): Shell {
    const shell = this.#shells.get(id.toUpperCase());
    if (shell === undefined) {
      throw wsmanFault(
        invalidSelectors,
        'InvalidSelectors',
        'The request for the Windows Remote Shell with ShellId failed because the shell was not found on the server.',
      );
    }
    shell.usedAt = this.#now();
    return shell;
  }

  #command(id: string, commandId: string | undefined): Command {
    const command = this.#shell(id).commands.get((commandId ?? '').toUpperCase());
    if (command === undefined) {
      throw wsmanFault(
        0x80070057,
        'InvalidParameter',
        'The parameter is incorrect: there is no such command.',
      );
    }
    return command;
  }
}

function end({ work, gone }: Command): void {
  gone.abort();
  work.end();
}

function commandLine(body: XmlElement): string {
  const line = child(body, 'CommandLine');
  const words = [child(line, 'Command'), ...childrenNamed(line, 'Arguments')].map((word) => word?.text ?? '');
  return words.filter((word) => word !== '').join(' ');
}

function quotaFault(text: string): WsmanServerFault {
  return wsmanFault(quotaExceeded, 'QuotaLimit', text);
}

function nothingYet(): WsmanServerFault {
  return wsmanFault(
    operationTimedOut,
    'TimedOut',
    'The WS-Management service cannot complete the operation within the time specified in OperationTimeout.',
  );
}
