import { createSocket } from 'node:dgram';
import { AttemptError, failureOfSocketError, type Attempt } from './attempt';

/** Datagrams that do not answer the request are passed over, but not without end. */
const MAX_STRAY = 64;

/**
 * Sends a request in one datagram from a fresh port and waits for the first one that `accept` takes: it returns null
 * for one that is no answer to the request, and throws to give up. The socket is connected, so the kernel drops what
 * comes from another address or port. Rejects with {@link AttemptError} or with what `accept` threw.
 */
export function askOverUdp<T>(attempt: Attempt, accept: (bytes: Buffer) => T | null): Promise<T> {
  const { server, bytes, timeoutMs, signal } = attempt;
  return new Promise<T>((resolve, reject) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    let isOver = false;
    let stray = 0;
    const finish = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.close();
      settle();
    };
    const fail = (error: unknown): void =>
      finish(() => reject(error instanceof Error ? error : new Error(String(error))));
    const onAbort = (): void => fail(new AttemptError('aborted', 'aborted'));
    const onSilence = (): void => fail(new AttemptError('silent', `no answer over UDP in ${timeoutMs} ms`));
    const timer = setTimeout(onSilence, timeoutMs);
    const onDatagram = (datagram: Buffer): void => {
      const accepted = accept(datagram);
      stray += 1;
      if (accepted !== null) finish(() => resolve(accepted));
      else if (stray >= MAX_STRAY)
        fail(new AttemptError('silent', `none of ${MAX_STRAY} datagrams is an answer`));
    };
    socket.on('message', (datagram) => {
      if (isOver) return;
      try {
        onDatagram(datagram);
      } catch (error) {
        fail(error);
      }
    });
    socket.on('error', (error) => fail(failureOfSocketError(error)));
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.connect(server.port, server.address, () => {
      if (!isOver) socket.send(bytes);
    });
    if (signal?.aborted === true) onAbort();
  });
}
