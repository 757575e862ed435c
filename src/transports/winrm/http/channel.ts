import { Buffer } from 'node:buffer';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { failed } from '../failed';
import { TransportError } from '../../transport-error';
import { connect, type Connected } from './connect';
import { endpointUrl, type WinrmEndpoint, type WinrmLimits } from './endpoint';

const wrongPort =
  'HTTP may have been sent to the HTTPS port (winrm:// is port 5985, winrms:// port 5986), or the listener does not accept this address (IPv4Filter).';

const cutAfterTls =
  'The port speaks TLS and its certificate was accepted, so something behind it cuts: a proxy or firewall that looks into TLS, a listener that demands a client certificate, or a WinRM service in trouble (its event log is Microsoft-Windows-WinRM/Operational).';

const otherService =
  'Another service may listen there (an SSH server is reached by ssh://HOST:PORT); WinRM is on port 5985, with HTTPS on 5986.';

/** One HTTP answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * HTTP over exactly one kept socket: NTLM is bound to the connection. A socket that the server closed is opened anew
 * at the next request, and {@link HttpChannel.generation} tells that a handshake is due again.
 */
export class HttpChannel {
  readonly endpoint: WinrmEndpoint;
  readonly #limits: WinrmLimits;
  readonly #agent: OneSocketAgent;
  /** Whether an answer ever came: only then can a cut connection have left something half done. */
  #answered = false;
  #signedIn = false;

  constructor(endpoint: WinrmEndpoint, limits: WinrmLimits) {
    this.endpoint = endpoint;
    this.#limits = limits;
    this.#agent = new OneSocketAgent(endpoint, limits);
  }

  /** Number of the present connection, 0 before the first. */
  get generation(): number {
    return this.#agent.generation;
  }

  /** The server's certificate in DER, null over plain HTTP or before the first request. */
  get certificate(): Buffer | null {
    return this.#agent.connected?.certificate ?? null;
  }

  /** Tells, once, that the machine took the sign-in. */
  tellSignedIn(how: string): void {
    if (this.#signedIn) return;
    this.#signedIn = true;
    const detail = `${this.endpoint.host} took the sign-in (${how})`;
    this.#limits.progress?.({ step: 'authentication', detail });
  }

  /** Opens the connection without sending anything. */
  async open(): Promise<void> {
    await this.#agent.open();
  }

  /** Sends a POST to /wsman and reads the whole answer, bounded in time and size. */
  async post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<HttpAnswer> {
    const patience = Math.min(this.#limits.answerMs, this.#limits.deadline?.left ?? Infinity);
    if (patience <= 0) throw this.#late(0);
    await this.open();
    this.#limits.debug?.(`${endpointUrl(this.endpoint)}: POST, ${body.length} bytes`);
    return await new Promise<HttpAnswer>((fulfil, reject) => {
      const sent = request(endpointUrl(this.endpoint).replace(/^https:/, 'http:'), {
        method: 'POST',
        agent: this.#agent,
        headers: { ...headers, 'Content-Length': String(body.length), Connection: 'Keep-Alive' },
      });
      const timer = setTimeout(() => sent.destroy(this.#late(patience)), patience);
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      sent.once('error', (error) => finish(() => reject(this.#failure(error))));
      sent.once('response', (answer) => {
        this.#collect(answer).then(
          (whole) => finish(() => fulfil(whole)),
          (error: unknown) => {
            sent.destroy();
            finish(() => reject(this.#failure(error)));
          },
        );
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
    this.#agent.connected?.socket.destroy();
  }

  async #collect(answer: IncomingMessage): Promise<HttpAnswer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer) {
      size += (chunk as Buffer).length;
      if (size > this.#limits.maxAnswerBytes) {
        throw failed(
          ['answer', 'too-big'],
          `the answer of ${this.endpoint.host} is larger than ${this.#limits.maxAnswerBytes} bytes`,
          'A licensing answer is some hundred kilobytes at most: this is not a WinRM service, or it is not well.',
        );
      }
      chunks.push(chunk as Buffer);
    }
    this.#answered = true;
    this.#limits.debug?.(`${endpointUrl(this.endpoint)}: status ${answer.statusCode ?? 0}, ${size} bytes`);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
  }

  #late(patience: number): TransportError {
    const { host } = this.endpoint;
    return failed(
      ['command', 'timeout'],
      this.#limits.deadline?.isOver === true
        ? `${host} did not come to an end in the time that the verb has`
        : `no answer from ${host} within ${Math.round(patience / 1000)} seconds`,
      'The state of the target is unknown: read it with /dlv. A longer --timeout may help.',
    );
  }

  #failure(error: unknown): TransportError {
    if (error instanceof TransportError) {
      return error;
    }
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
    const { host, port } = this.endpoint;
    if (code.startsWith('HPE_')) {
      return failed(
        this.#answered ? ['answer', 'garbage'] : ['tcp', 'not-this-protocol'],
        `${host} port ${port} does not answer in HTTP (${code})`,
        otherService,
        { cause: error },
      );
    }
    if (this.#answered) {
      return failed(
        ['command', 'closed'],
        `the connection to ${host} was cut (${code})`,
        'The connection broke while an operation was under way.',
        { cause: error },
      );
    }
    const isSecure = this.endpoint.tls !== null;
    return failed(
      [isSecure ? 'tls' : 'tcp', 'closed'],
      `${host} port ${port} closed the connection without an answer (${code})`,
      isSecure ? cutAfterTls : wrongPort,
      { cause: error },
    );
  }
}

class OneSocketAgent extends Agent {
  readonly #endpoint: WinrmEndpoint;
  readonly #limits: WinrmLimits;
  connected: Connected | null = null;
  generation = 0;

  constructor(endpoint: WinrmEndpoint, limits: WinrmLimits) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    this.#endpoint = endpoint;
    this.#limits = limits;
  }

  async open(): Promise<void> {
    if (this.connected === null || this.connected.socket.destroyed || !this.connected.socket.writable) {
      this.connected = await connect(this.#endpoint, this.#limits);
      this.generation += 1;
    }
  }

  /** Every request is preceded by {@link open}, so the socket is there. */
  override createConnection(): Socket {
    if (this.connected === null) {
      throw new Error('the channel is not open');
    }
    return this.connected.socket;
  }
}
