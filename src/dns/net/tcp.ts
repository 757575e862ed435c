import { connect } from 'node:net';
import { AttemptError, failureOfSocketError, type Attempt } from './attempt';

/**
 * Sends a request over one TCP connection, its length before it (RFC 1035 section 4.2.2), and brings the one message
 * that comes back; what follows it is not read. Rejects with {@link AttemptError}.
 */
export function askOverTcp(attempt: Attempt): Promise<Buffer> {
  const { server, bytes, timeoutMs, signal } = attempt;
  return new Promise<Buffer>((resolve, reject) => {
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    const collector = new MessageCollector();
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      settle();
    };
    const fail = (error: AttemptError): void => finish(() => reject(error));
    const onAbort = (): void => fail(new AttemptError('aborted', 'aborted'));
    const onSilence = (): void => fail(new AttemptError('silent', `no answer over TCP in ${timeoutMs} ms`));
    const timer = setTimeout(onSilence, timeoutMs);
    socket.on('data', (chunk) => {
      const message = collector.add(chunk);
      if (message !== null) finish(() => resolve(message));
    });
    socket.on('error', (error) => fail(failureOfSocketError(error)));
    socket.on('close', () => fail(new AttemptError('cut-off', 'the connection ended before a whole answer')));
    signal?.addEventListener('abort', onAbort, { once: true });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
    if (signal?.aborted === true) onAbort();
  });
}

/** Puts one message with its length before it together, however it is cut into pieces. */
class MessageCollector {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #wanted = 2;

  /** The message once it is whole, else null. */
  add(chunk: Buffer): Buffer | null {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return null;
    const whole = Buffer.concat(this.#chunks);
    this.#wanted = 2 + whole.readUInt16BE(0);
    return whole.length < this.#wanted ? null : whole.subarray(2, this.#wanted);
  }
}
