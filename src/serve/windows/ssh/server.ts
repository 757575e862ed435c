import { Buffer } from 'node:buffer';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';

/** Who signs in with which password, or null where the two do not fit. */
export type CheckPassword<A> = (user: string, password: string) => A | null;

/** What a simulated Windows machine offers over SSH. */
export interface SshTarget<A> {
  /** Host keys in OpenSSH's private key form; they stay the same for as long as the estate exists. */
  readonly hostKeys: readonly string[];
  readonly checkPassword: CheckPassword<A>;
  /** False: connections are dropped. */
  readonly isRunning: () => boolean;
  /** Whether an account that has signed in still is one: asked before every command. */
  readonly mayAct: (account: A) => boolean;
  /** Runs a command line with everything that came on standard input. */
  readonly run: (
    command: { readonly line: string; readonly stdin: Buffer },
    account: A,
  ) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** True for a command that waits for its standard input. */
  readonly readsInput: (line: string) => boolean;
  /** True for a command that talks on its streams while it runs (the agent of another slmgr). */
  readonly isConversation: (line: string) => boolean;
  readonly converse: (stream: Duplex, account: A) => Promise<void>;
}

const maxStdinBytes = 64 * 1024 * 1024;
const maxAttempts = 6;
const maxChannels = 10;
/** ERROR_ACCESS_DENIED as an exit code. */
const accessDenied = 5;

/** An SSH server that plays Windows' own: password and keyboard-interactive sign-in, exec without a terminal. */
export function createSshServer<A>(target: SshTarget<A>): ssh2.Server {
  const server = new ssh2.Server(
    { hostKeys: [...target.hostKeys], ident: 'OpenSSH_for_Windows_9.5', greeting: '' },
    (connection) => {
      serveConnection(target, connection);
    },
  );
  // The library leaves Nagle's algorithm on, which costs 40 ms for every small answer.
  (server as unknown as { on(event: 'connection', listener: (connection: unknown) => void): void }).on(
    'connection',
    (connection) => {
      const socket = socketOf(connection);
      if (target.isRunning()) socket?.setNoDelay(true);
      else socket?.destroy();
    },
  );
  return server;
}

function socketOf(connection: unknown): Socket | undefined {
  const holder = connection as { readonly _sock?: Socket };
  return holder._sock;
}

function serveConnection<A>(target: SshTarget<A>, connection: Connection): void {
  let account: A | null = null;
  let attempts = 0;
  let channels = 0;
  connection.on('authentication', (context) => {
    attempts += 1;
    signIn(target, context, (known) => {
      account = known;
      if (known !== null) {
        context.accept();
      } else if (attempts >= maxAttempts) {
        connection.end();
      } else {
        context.reject(['password', 'keyboard-interactive']);
      }
    });
  });
  connection.on('session', (accept, reject) => {
    const known = account;
    channels += 1;
    if (known === null || channels > maxChannels) {
      reject();
      return;
    }
    const session = recognisable(accept());
    session.on('close', () => (channels -= 1));
    session.on('pty', (acceptPty: (() => void) | undefined) => acceptPty?.());
    session.on('shell', (acceptShell) => {
      const channel = acceptShell();
      channel.write(noShell);
      endChannel(channel, 1);
    });
    session.on('env', (acceptEnv: (() => void) | undefined) => acceptEnv?.());
    session.on('exec', (acceptExec, _refuse, info) => {
      const channel = acceptExec();
      if (!target.mayAct(known)) {
        channel.stderr.write('Access is denied.\r\n');
        endChannel(channel, accessDenied);
        return;
      }
      const done = target.isConversation(info.command)
        ? converse(target, channel, known)
        : runCommand(target, { channel, line: info.command }, known);
      done.catch(() => {
        endChannel(channel, 1);
      });
    });
  });
  // A peer that breaks off or sends nonsense ends its own connection and nothing else.
  connection.on('error', () => undefined);
}

const noShell =
  'This machine is simulated by slmgr and has no interactive shell.\r\nGive the command to ssh: cscript //nologo slmgr.vbs /dlv\r\n';

/**
 * When a connection ends, ssh2 1.17 knows a session on which nothing was started by the name of its class, which a
 * minified program does not keep, and would fail on it.
 */
function recognisable(session: Session): Session {
  Object.defineProperty(session.constructor, 'name', { value: 'Session' });
  return session;
}

function signIn<A>(target: SshTarget<A>, context: AuthContext, decide: (account: A | null) => void): void {
  switch (context.method) {
    case 'password':
      decide(target.checkPassword(context.username, context.password));
      break;
    case 'keyboard-interactive':
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        decide(target.checkPassword(context.username, answers[0] ?? ''));
      });
      break;
    default:
      decide(null);
  }
}

async function converse<A>(target: SshTarget<A>, channel: ServerChannel, account: A): Promise<void> {
  await target.converse(channel, account);
  endChannel(channel, 0);
}

async function runCommand<A>(
  target: SshTarget<A>,
  { channel, line }: { readonly channel: ServerChannel; readonly line: string },
  account: A,
): Promise<void> {
  const stdin = target.readsInput(line) ? await readStdin(channel) : ignoreStdin(channel);
  const outcome = await target.run({ line, stdin }, account);
  channel.write(outcome.stdout);
  channel.stderr.write(outcome.stderr);
  endChannel(channel, outcome.exitCode);
}

function ignoreStdin(channel: ServerChannel): Buffer {
  channel.resume();
  return Buffer.alloc(0);
}

const stdinMilliseconds = 60_000;

async function readStdin(channel: ServerChannel): Promise<Buffer> {
  return await new Promise((fulfil, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const late = setTimeout(() => {
      reject(new Error('standard input did not end in time'));
    }, stdinMilliseconds);
    channel.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxStdinBytes) reject(new Error('standard input is too large'));
      else chunks.push(chunk);
    });
    channel.on('close', () => {
      clearTimeout(late);
      reject(new Error('the channel was closed'));
    });
    channel.on('end', () => {
      clearTimeout(late);
      fulfil(Buffer.concat(chunks));
    });
  });
}

function endChannel(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode >>> 0);
  channel.end();
}
