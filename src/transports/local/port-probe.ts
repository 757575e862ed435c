import { connect } from 'node:net';

/** What came of a connection to a TCP port. */
export type PortProbe =
  /** `firstLine`: what the server said of itself, in Latin-1, where it was waited for. */
  | { readonly kind: 'open'; readonly firstLine: string | null }
  | { readonly kind: 'closed' }
  /** This computer could not even try: no route, no permission, no socket. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** A port, and how it is looked at. */
export interface PortToProbe {
  readonly host: string;
  readonly port: number;
  /** How long it may take to answer, in ms; a line that is waited for has as long again, at most a second. */
  readonly timeoutMs: number;
  /** Waits for the line with which a server begins that speaks first. */
  readonly waitForLine: boolean;
  readonly signal: AbortSignal;
}

const lineMs = 1000;
const longestLine = 255;

/** Reasons of this computer, not of the other one. */
const ownReasons = new Set([
  'EMFILE',
  'ENFILE',
  'EACCES',
  'EPERM',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENETUNREACH',
]);

/** Opens a TCP connection and closes it again; nothing is sent. */
export function probePort({ host, port, timeoutMs, waitForLine, signal }: PortToProbe): Promise<PortProbe> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let said = '';
    let isOpen = false;
    const finish = (result: PortProbe): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onEnd);
      socket.destroy();
      resolve(result);
    };
    const onEnd = (): void => finish(isOpen ? opened(said) : { kind: 'closed' });
    let timer = setTimeout(onEnd, timeoutMs);
    socket.once('connect', () => {
      isOpen = true;
      if (!waitForLine) {
        onEnd();
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(onEnd, Math.min(lineMs, timeoutMs));
    });
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1').slice(0, longestLine - said.length);
      if (said.includes('\n') || said.length >= longestLine) onEnd();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message;
      if (!isOpen && ownReasons.has(code)) finish({ kind: 'impossible', reason: code });
      else onEnd();
    });
    socket.once('close', onEnd);
    signal.addEventListener('abort', onEnd, { once: true });
  });
}

function opened(said: string): PortProbe {
  const [line = ''] = said.split('\n');
  return { kind: 'open', firstLine: line.trim() === '' ? null : line };
}
