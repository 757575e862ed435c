import { Buffer } from 'node:buffer';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type Socket } from 'node:net';
import { ConnectionGate } from '../../connection-gate';
import { encryptedContentType, isEncryptedContentType, sealBody, unsealBody } from '../encryption';
import { type AcceptorInput } from '../ntlm/acceptor';
import { ConnectionSignIn, type AccountBook, type SignedIn } from './sign-in';

/** Handles one SOAP message of a signed-in account; `status` is 200, or 500 for a fault. */
export type SoapHandler<A> = (
  envelope: string,
  account: A,
) => Promise<{ readonly status: number; readonly body: string }>;

/** What a WS-Management listener needs. */
export interface WinrmServerOptions<A> {
  readonly accounts: AccountBook<A>;
  /** The connections of the listener; a gate of its own where none is given. */
  readonly gate?: ConnectionGate;
  /** Name by which an account's connections are counted; without it they are not. */
  nameOf?(account: A): string;
  /** The start of the machine that connections last as long as; null, or a failure: they are dropped. */
  readonly start?: () => string | null;
  readonly handle: SoapHandler<A>;
  /** Facts of the target for NTLM; channel bindings null over HTTP. */
  readonly acceptor: () => AcceptorInput;
  /** Certificate and key (PEM) for HTTPS, null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Basic over plain HTTP is off on Windows; some test peers speak nothing else. */
  readonly allowBasicOverHttp: boolean;
  readonly maxRequestBytes: number;
}

const soapType = 'application/soap+xml;charset=UTF-8';

/** A WS-Management endpoint at /wsman with Basic and sealed NTLM. Listen and close with the server's own methods. */
export function createWinrmServer<A>(options: WinrmServerOptions<A>): Server {
  const connections = new WeakMap<Socket, Connection<A>>();
  const gate = options.gate ?? new ConnectionGate();
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // A message that is over forgets its socket.
    const { socket } = incoming;
    let connection = connections.get(socket);
    if (connection === undefined) {
      const signIn = new ConnectionSignIn(options.accounts, {
        allowBasic: options.tls !== null || options.allowBasicOverHttp,
        acceptor: options.acceptor,
      });
      connection = { signIn, start: startOf(options) };
      connections.set(socket, connection);
    }
    serve({ ...options, gate }, connection, { incoming, outgoing, socket }).catch(() => {
      socket.destroy();
    });
  };
  const server =
    options.tls === null
      ? createHttp(listener)
      : createHttps({ cert: options.tls.cert, key: options.tls.key }, listener);
  server.headersTimeout = 30_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket: Socket) => {
    if (startOf(options) === null) socket.destroy();
    else if (gate.enter(socket)) socket.setNoDelay(true);
  });
  return server;
}

/** A machine that cannot be looked at (a store that was cut off) lets nobody in, and its server goes on. */
function startOf<A>({ start }: WinrmServerOptions<A>): string | null {
  try {
    return start === undefined ? 'only' : start();
  } catch {
    return null;
  }
}

/** Nothing of a machine answers that was stopped, or started anew, in the meantime. */
function isOver<A>(options: WinrmServerOptions<A>, start: string | null): boolean {
  return start === null || startOf(options) !== start;
}

/** A connection and the start of the machine that it was made to. */
interface Connection<A> {
  readonly signIn: ConnectionSignIn<A>;
  readonly start: string | null;
}

type GatedOptions<A> = WinrmServerOptions<A> & { readonly gate: ConnectionGate };

/** Whether an account may have one connection more. */
function hasPlace<A>(options: GatedOptions<A>, account: A, socket: Socket): boolean {
  const name = options.nameOf?.(account);
  return name === undefined || options.gate.signedIn(socket, name);
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly socket: Socket;
}

/** Clients that make a new context for each message ask for a challenge by saying nothing at all. */
function asksAgain({ headers }: IncomingMessage, body: Buffer): boolean {
  return body.length === 0 && headers.authorization === undefined;
}

async function serve<A>(
  options: GatedOptions<A>,
  { signIn, start }: Connection<A>,
  exchange: Exchange,
): Promise<void> {
  const { incoming, outgoing, socket } = exchange;
  const isKnown = incoming.method === 'POST' && /^\/wsman\/?(?:\?|$)/i.test(incoming.url ?? '');
  const step = isKnown ? signIn.step(incoming.headers.authorization) : null;
  // What comes from somebody who has not signed in is passed over and not kept.
  const body = await readBody(incoming, options.maxRequestBytes, step?.kind === 'signed-in');
  if (body === null) {
    answer(outgoing, 413, {}, Buffer.alloc(0));
    socket.destroySoon();
    return;
  }
  if (step === null) {
    answer(outgoing, 404, {}, Buffer.alloc(0));
    return;
  }
  const asked = asksAgain(incoming, body) ? signIn.again() : step;
  if (asked.kind === 'challenge') {
    answer(outgoing, 401, { 'WWW-Authenticate': asked.lines }, Buffer.alloc(0));
    return;
  }
  if (asked.line !== undefined) outgoing.setHeader('WWW-Authenticate', asked.line);
  if (!hasPlace(options, asked.by.account, socket)) {
    answer(outgoing, 503, { Connection: 'close' }, Buffer.alloc(0));
    return;
  }
  if (isOver(options, start)) {
    socket.destroy();
    return;
  }
  await dispatch(options, asked.by, { ...exchange, body });
}

async function dispatch<A>(
  options: WinrmServerOptions<A>,
  by: SignedIn<A>,
  { incoming, outgoing, body }: Exchange & { readonly body: Buffer },
): Promise<void> {
  if (body.length === 0) {
    answer(outgoing, 200, {}, Buffer.alloc(0));
    return;
  }
  const sealed = isEncryptedContentType(incoming.headers['content-type']);
  if (by.session !== null && sealed) {
    const plain = unsealBody(by.session, body);
    if (plain === null) {
      answer(outgoing, 400, {}, Buffer.alloc(0));
      return;
    }
    const reply = await options.handle(plain.toString('utf8'), by.account);
    answer(
      outgoing,
      reply.status,
      { 'Content-Type': encryptedContentType },
      sealBody(by.session, Buffer.from(reply.body), 'answer'),
    );
    return;
  }
  // Windows answers a clear-text body over HTTP with an empty 500 while AllowUnencrypted is false.
  if (sealed || (options.tls === null && by.session !== null)) {
    answer(outgoing, 500, {}, Buffer.alloc(0));
    return;
  }
  const reply = await options.handle(body.toString('utf8'), by.account);
  answer(outgoing, reply.status, { 'Content-Type': soapType }, Buffer.from(reply.body));
}

function answer(
  outgoing: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body: Buffer,
): void {
  outgoing.statusCode = status;
  outgoing.setHeader('Server', 'Microsoft-HTTPAPI/2.0');
  for (const [name, value] of Object.entries(headers)) {
    outgoing.setHeader(name, value);
  }
  outgoing.setHeader('Content-Length', String(body.length));
  outgoing.end(body);
}

/** The body of a request; empty where it is not to be kept, null where it is longer than the limit. */
async function readBody(incoming: IncomingMessage, limit: number, isKept: boolean): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > limit) {
      return null;
    }
    if (isKept) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
