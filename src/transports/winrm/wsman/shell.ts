import { Buffer } from 'node:buffer';
import { action, cmdShellUri, operationTimedOut, shellState, signalTerminate } from '../soap/names';
import { attribute, child, childrenNamed, escapeXml, isXmlText, type XmlElement } from '../soap/xml';
import { harmlessExcerpt } from '../../harmless-text';
import { failed } from '../failed';
import { type WsmanClient } from './client';
import { isWsmanFault } from './error';

/** What a command of the remote shell left behind. */
export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A command line for cmd.exe on the target, what it reads, and how much it may print. */
export interface ShellCommand {
  readonly commandLine: string;
  readonly stdin: Buffer | null;
  readonly maxOutputBytes: number;
  /** True once the caller's time is up; asked between two Receives. */
  readonly expired: () => boolean;
}

const stdinChunk = 32 * 1024;

/** Runs one command in a shell of its own (MS-WSMV 3.1.4.11) and always takes the shell away again. */
export async function runInShell(client: WsmanClient, command: ShellCommand): Promise<ShellResult> {
  const shellId = await createShell(client);
  const selectors = { ShellId: shellId };
  try {
    const commandId = await startCommand(client, selectors, command);
    try {
      return await converse(client, { selectors, commandId }, command);
    } finally {
      await quietly(
        client.perform({
          resourceUri: cmdShellUri,
          action: action.signal,
          selectors,
          body: `<rsp:Signal CommandId="${escapeXml(commandId)}"><rsp:Code>${signalTerminate}</rsp:Code></rsp:Signal>`,
        }),
      );
    }
  } finally {
    await quietly(client.perform({ resourceUri: cmdShellUri, action: action.delete, selectors, body: '' }));
  }
}

/** Input in, output out. From the first byte on the command may be at work: a fault says no more that nothing happened. */
async function converse(
  client: WsmanClient,
  running: RunningCommand,
  command: ShellCommand,
): Promise<ShellResult> {
  try {
    if (command.stdin !== null) await send(client, running, command.stdin);
    return await receive(client, running, command);
  } catch (error) {
    if (!isWsmanFault(error)) throw error;
    throw failed(
      ['command', 'closed'],
      `the remote shell broke off: ${harmlessExcerpt(error.message, 200)}`,
      'Whether the command did its work is unknown: run /dlv.',
      { cause: error },
    );
  }
}

/** A leaked shell costs the user one of thirty until it idles out; a failure to delete it changes no answer. */
async function quietly(operation: Promise<XmlElement>): Promise<void> {
  await operation.then(
    () => undefined,
    () => undefined,
  );
}

interface RunningCommand {
  readonly selectors: Readonly<Record<string, string>>;
  readonly commandId: string;
}

async function createShell(client: WsmanClient): Promise<string> {
  const body = await client.perform({
    resourceUri: cmdShellUri,
    action: action.create,
    options: { WINRS_NOPROFILE: 'TRUE', WINRS_CODEPAGE: '65001' },
    body: '<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>',
  });
  const created = child(body, 'ResourceCreated', 'ReferenceParameters', 'SelectorSet');
  const id = childrenNamed(created, 'Selector').find(
    (selector) => attribute(selector, 'Name') === 'ShellId',
  )?.text;
  return required(id ?? child(body, 'Shell', 'ShellId')?.text, 'a ShellId');
}

async function startCommand(
  client: WsmanClient,
  selectors: Readonly<Record<string, string>>,
  command: ShellCommand,
): Promise<string> {
  const body = await client.perform({
    resourceUri: cmdShellUri,
    action: action.command,
    selectors,
    options: {
      WINRS_CONSOLEMODE_STDIN: command.stdin === null ? 'TRUE' : 'FALSE',
      WINRS_SKIP_CMD_SHELL: 'FALSE',
    },
    body: `<rsp:CommandLine><rsp:Command>${escapeXml(command.commandLine)}</rsp:Command></rsp:CommandLine>`,
  });
  return required(child(body, 'CommandResponse', 'CommandId')?.text, 'a CommandId');
}

async function send(client: WsmanClient, running: RunningCommand, stdin: Buffer): Promise<void> {
  for (let offset = 0; offset === 0 || offset < stdin.length; offset += stdinChunk) {
    const chunk = stdin.subarray(offset, offset + stdinChunk);
    const end = offset + stdinChunk >= stdin.length ? ' End="true"' : '';
    await client.perform({
      resourceUri: cmdShellUri,
      action: action.send,
      selectors: running.selectors,
      body: `<rsp:Send><rsp:Stream Name="stdin" CommandId="${escapeXml(running.commandId)}"${end}>${chunk.toString('base64')}</rsp:Stream></rsp:Send>`,
    });
  }
}

async function receive(
  client: WsmanClient,
  running: RunningCommand,
  command: ShellCommand,
): Promise<ShellResult> {
  const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let size = 0;
  for (;;) {
    const response = await receiveOnce(client, running);
    for (const stream of childrenNamed(response, 'Stream')) {
      const bytes = Buffer.from(stream.text, 'base64');
      size += bytes.length;
      streams[attribute(stream, 'Name') === 'stderr' ? 'stderr' : 'stdout'].push(bytes);
    }
    if (size > command.maxOutputBytes) {
      throw failed(
        ['answer', 'too-big'],
        `the command printed more than ${command.maxOutputBytes} bytes`,
        'This is no licensing answer.',
      );
    }
    const state = child(response, 'CommandState');
    if (attribute(state, 'State') === shellState.done) {
      return {
        exitCode: Number(child(state, 'ExitCode')?.text ?? '0') | 0,
        stdout: Buffer.concat(streams.stdout),
        stderr: Buffer.concat(streams.stderr),
      };
    }
    if (command.expired()) {
      throw failed(
        ['command', 'timeout'],
        'the command did not end in time',
        'The state of the target is unknown: read it with /dlv. A longer --timeout may help.',
      );
    }
  }
}

/** "Nothing yet" comes as a timeout fault and means: ask again. */
async function receiveOnce(client: WsmanClient, running: RunningCommand): Promise<XmlElement | undefined> {
  try {
    const body = await client.perform({
      resourceUri: cmdShellUri,
      action: action.receive,
      selectors: running.selectors,
      options: { WSMAN_CMDSHELL_OPTION_KEEPALIVE: 'TRUE' },
      body: `<rsp:Receive><rsp:DesiredStream CommandId="${escapeXml(running.commandId)}">stdout stderr</rsp:DesiredStream></rsp:Receive>`,
    });
    return child(body, 'ReceiveResponse');
  } catch (error) {
    if (isWsmanFault(error) && error.fault.code === operationTimedOut) {
      return undefined;
    }
    throw error;
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined || value.trim() === '' || !isXmlText(value)) {
    throw failed(
      ['answer', 'garbage'],
      `the remote shell gave no ${what}`,
      'The target may not be a WinRM service.',
    );
  }
  return value.trim();
}
