import { Buffer } from 'node:buffer';
import { operationTimedOut, shellState } from '../../../transports/winrm/soap/names';
import {
  attribute,
  child,
  childrenNamed,
  escapeXml,
  type XmlElement,
} from '../../../transports/winrm/soap/xml';
import { wsmanFault, type WsmanServerFault } from './fault';

/** Runs one command line of cmd.exe on the simulated machine. */
export type RunCommandLine = (command: {
  readonly line: string;
  readonly stdin: Buffer;
}) => Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly stderr: Buffer }>;

interface Command {
  readonly line: string;
  stdin: Buffer[];
  stdinBytes: number;
  /** Set once the command was started. */
  result: ReturnType<RunCommandLine> | null;
}

interface Shell {
  readonly commands: Map<string, Command>;
}

const maxShells = 30;
const maxStdinBytes = 64 * 1024 * 1024;
const quotaExceeded = 0x803381a5;
const invalidSelectors = 0x8033805b;

/** The remote shells of one account on one machine (MS-WSMV 3.1.4.5 to 3.1.4.14). */
export class Shells {
  readonly #shells = new Map<string, Shell>();
  readonly #run: RunCommandLine;
  readonly #newGuid: () => string;

  constructor(run: RunCommandLine, newGuid: () => string) {
    this.#run = run;
    this.#newGuid = newGuid;
  }

  create(): string {
    if (this.#shells.size >= maxShells) {
      throw wsmanFault(
        quotaExceeded,
        'QuotaLimit',
        'This user is allowed a maximum number of 30 concurrent shells, which has been exceeded.',
      );
    }
    const id = this.#newGuid().toUpperCase();
    this.#shells.set(id, { commands: new Map() });
    return id;
  }

  delete(id: string): void {
    this.#shell(id);
    this.#shells.delete(id);
  }

  /** Takes a command; it starts when its input has ended, or when its output is asked for. */
  command(id: string, body: XmlElement): string {
    const shell = this.#shell(id);
    const line = child(body, 'CommandLine');
    const words = [
      child(line, 'Command')?.text ?? '',
      ...childrenNamed(line, 'Arguments').map(({ text }) => text),
    ];
    const commandId = this.#newGuid().toUpperCase();
    shell.commands.set(commandId, {
      line: words.filter((word) => word !== '').join(' '),
      stdin: [],
      stdinBytes: 0,
      result: null,
    });
    return commandId;
  }

  send(id: string, body: XmlElement): void {
    for (const stream of childrenNamed(child(body, 'Send'), 'Stream')) {
      const command = this.#command(id, attribute(stream, 'CommandId'));
      const bytes = Buffer.from(stream.text, 'base64');
      command.stdinBytes += bytes.length;
      if (command.stdinBytes > maxStdinBytes) {
        throw wsmanFault(quotaExceeded, 'QuotaLimit', 'The command was sent too much input.');
      }
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
    this.#shell(id).commands.delete(commandId ?? '');
  }

  #start(command: Command): void {
    if (command.result === null) {
      command.result = this.#run({ line: command.line, stdin: Buffer.concat(command.stdin) });
      // Who never asks for the output must not bring the server down with a failure.
      command.result.catch(() => undefined);
    }
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

function nothingYet(): WsmanServerFault {
  return wsmanFault(
    operationTimedOut,
    'TimedOut',
    'The WS-Management service cannot complete the operation within the time specified in OperationTimeout.',
  );
}
