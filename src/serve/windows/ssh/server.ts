import { createServer, type Server, type Socket } from 'node:net';
import ssh2, {
  type AuthContext,
  type Connection,
  type ServerChannel,
  type Session,
  type SFTPWrapper,
} from 'ssh2';
import { errorLevel } from '../../../transports/error-facts';
import { converse, runCommand } from './command';
import { serveSftp } from './sftp';
import { type SshTarget } from './target';

const maxAttempts = 6;
const maxChannels = 10;

/** An SSH server that plays Windows' own: password and keyboard-interactive sign-in, exec without a terminal. */
export function createSshServer<A>(target: SshTarget<A>): Server {
  const alive = { keepaliveInterval: target.gate.aliveMs, keepaliveCountMax: 3 };
  const server = new ssh2.Server(
    { hostKeys: [...target.hostKeys], ident: 'OpenSSH_for_Windows_9.5', greeting: '', ...alive },
    (connection) => {
      const socket = socketOf(connection);
      const drop = (): void => void socket?.destroy();
      // A peer that breaks off or sends nonsense ends its own connection and nothing else.
      connection.on('error', (error) => {
        // One that is gone without a word would never take the end of its connection.
        if (errorLevel(error) === 'client-timeout') drop();
      });
      if (socket === undefined) connection.end();
      else serveConnection(target, { connection, socket, drop });
    },
  );
  // The library tells of a connection when it has said which SSH it speaks; those that say nothing are counted, too.
  return createServer((socket) => {
    const drop = (): void => void socket.destroy();
    socket.on('error', drop);
    guarded(drop, () => {
      if (target.start() === null) drop();
      else if (target.gate.enter(socket)) server.injectSocket(socket);
    })();
  });
}

interface Served {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly drop: () => void;
}

/** What fails here (a store that was cut off) ends the connection that asked, and not the server. */
function guarded<T extends readonly unknown[]>(
  drop: () => void,
  work: (...args: T) => void,
): (...args: T) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      drop();
    }
  };
}

function socketOf(connection: unknown): Socket | undefined {
  const holder = connection as { readonly _sock?: Socket };
  return holder._sock;
}

function serveConnection<A>(target: SshTarget<A>, { connection, socket, drop }: Served): void {
  let account: A | null = null;
  let attempts = 0;
  let channels = 0;
  const start = startOf(target);
  const isOver = (): boolean => start === null || startOf(target) !== start;
  // The library leaves Nagle's algorithm on, which costs 40 ms for every small answer.
  socket.setNoDelay(true);
  const decide = (context: AuthContext, known: A | null): void => {
    if (known !== null && !target.gate.signedIn(socket, target.nameOf(known))) {
      drop();
    } else if (known !== null) {
      account = known;
      context.accept();
    } else if (attempts >= maxAttempts) {
      connection.end();
    } else {
      context.reject(['password', 'keyboard-interactive']);
    }
  };
  connection.on(
    'authentication',
    guarded(drop, (context: AuthContext) => {
      attempts += 1;
      signIn(
        context,
        guarded(drop, (user, password) => decide(context, known(target, user, password))),
      );
    }),
  );
  connection.on('session', (accept, reject) => {
    const signedIn = account;
    if (isOver()) {
      drop();
      return;
    }
    if (signedIn === null || channels >= maxChannels) {
      reject();
      return;
    }
    channels += 1;
    const session = recognisable(accept());
    session.on('close', () => (channels -= 1));
    serveSession(target, session, { account: signedIn, drop, isOver });
  });
}

/** A machine that cannot be looked at counts as stopped. */
function startOf<A>(target: SshTarget<A>): string | null {
  try {
    return target.start();
  } catch {
    return null;
  }
}

/** The account of a user and a password; null for both where none was given. */
function known<A>(target: SshTarget<A>, user: string | null, password: string | null): A | null {
  return user === null || password === null ? null : target.checkPassword(user, password);
}

interface SignedIn<A> {
  readonly account: A;
  readonly drop: () => void;
  /** True once the machine was stopped or started anew since the connection began: nothing of it is left then. */
  readonly isOver: () => boolean;
}

function serveSession<A>(
  target: SshTarget<A>,
  session: Session,
  { account, drop, isOver }: SignedIn<A>,
): void {
  session.on('pty', (accept: (() => void) | undefined) => accept?.());
  session.on('env', (accept: (() => void) | undefined) => accept?.());
  session.on('shell', (accept) => {
    const channel = accept();
    // At a terminal there is one stream.
    channel.write(noShell);
    channel.exit(1);
    channel.end();
  });
  session.on(
    'sftp',
    guarded(drop, (accept: () => SFTPWrapper, reject: () => void) => {
      const work = target.mayAct(account) ? target.begin(account) : null;
      if (work === null) {
        reject();
        return;
      }
      const mayAct = (): boolean => target.mayAct(account);
      serveSftp(accept(), { ...target.disk(account), work, mayAct, isOver, drop });
    }),
  );
  session.on(
    'exec',
    guarded(
      drop,
      (accept: () => ServerChannel, _refuse: unknown, { command }: { readonly command: string }) => {
        if (isOver()) {
          drop();
          return;
        }
        const channel = accept();
        if (!target.mayAct(account)) {
          end(channel, 'Access is denied.\r\n', accessDenied);
          return;
        }
        const work = target.begin(account);
        if (work === null) {
          end(channel, 'Too many commands of this account wait for their end.\r\n', notEnoughQuota);
          return;
        }
        // A client that is gone in the middle of an answer is no failure of the server.
        channel.on('error', () => undefined).stderr.on('error', () => undefined);
        channel.once('close', work.end);
        const call = { channel, line: command, account, work };
        const done = target.isConversation(command) ? converse(target, call) : runCommand(target, call);
        // Whatever was thrown is no message for a client: it may name files of this computer.
        done.catch(() => {
          if (isOver()) drop();
          else end(channel, 'The machine cannot run the command now.\r\n', 1);
        });
      },
    ),
  );
}

/** ERROR_ACCESS_DENIED and ERROR_NOT_ENOUGH_QUOTA as exit codes. */
const accessDenied = 5;
const notEnoughQuota = 1816;

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

function signIn(context: AuthContext, given: (user: string | null, password: string | null) => void): void {
  switch (context.method) {
    case 'password':
      given(context.username, context.password);
      break;
    case 'keyboard-interactive':
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        given(context.username, answers[0] ?? '');
      });
      break;
    default:
      given(null, null);
  }
}

/** Says why nothing was run, and ends the command. */
function end(channel: ServerChannel, why: string, exitCode: number): void {
  channel.stderr.write(why);
  channel.exit(exitCode);
  channel.end();
}
