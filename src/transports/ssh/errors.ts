import { harmlessExcerpt } from '../harmless-text';
import { TransportError, type TransportFailure } from '../transport-error';
import { errorCode, errorLevel, errorMessage } from '../error-facts';

/** The machine at the other end, for messages. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

function place({ host, port }: Endpoint): string {
  return `${host}:${String(port)}`;
}

function messageOf(error: unknown): string {
  return harmlessExcerpt(errorMessage(error), 300);
}

const startSshd =
  'Is the SSH server there and running? On Windows, as administrator: Add-WindowsCapability -Online -Name OpenSSH.Server~~~~0.0.1.0, then Start-Service sshd.';

const otherService =
  'Is that port an SSH server? Another service may listen there; WinRM is reached by winrm:// or winrms://.';

const socketFailures: Readonly<Record<string, (endpoint: Endpoint) => TransportFailure>> = {
  ENOTFOUND: ({ host }) => ({
    step: 'name',
    cause: 'not-found',
    message: `the name ${host} is not known`,
    advice: ['Check the spelling, and whether the name needs its DNS suffix.'],
  }),
  ECONNREFUSED: (endpoint) => ({
    step: 'tcp',
    cause: 'refused',
    message: `nothing listens on ${place(endpoint)}`,
    advice: [startSshd],
  }),
  ECONNRESET: (endpoint) => ({
    step: 'tcp',
    cause: 'closed',
    message: `the connection to ${place(endpoint)} was reset`,
    advice: ['A firewall or a limit of the SSH server (MaxStartups) may have cut it.'],
  }),
};

function unreachable(endpoint: Endpoint, code: string): TransportFailure {
  return {
    step: 'tcp',
    cause: code === 'ETIMEDOUT' ? 'timeout' : 'unreachable',
    message: `${place(endpoint)} cannot be reached (${code})`,
    advice: ['Check the network, the VPN and the firewall in between.'],
  };
}

/** A failure to reach the TCP port. */
export function socketError(error: unknown, endpoint: Endpoint): TransportError {
  return new TransportError(socketFailure(error, endpoint), { cause: error });
}

function socketFailure(error: unknown, endpoint: Endpoint): TransportFailure {
  const code = errorCode(error);
  const name = code === 'EAI_AGAIN' || code === 'EAI_NONAME' || code === 'EAI_FAIL' ? 'ENOTFOUND' : code;
  return socketFailures[name]?.(endpoint) ?? unreachable(endpoint, code === '' ? messageOf(error) : code);
}

/** The TCP port did not answer in time. */
export function connectTimeout(endpoint: Endpoint, milliseconds: number): TransportError {
  return new TransportError({
    step: 'tcp',
    cause: 'timeout',
    message: `no answer from ${place(endpoint)} within ${String(milliseconds / 1000)} s`,
    advice: [
      'The port may be filtered: a firewall drops the packets. Check it, the VPN, and the network profile.',
    ],
  });
}

/** The SSH handshake or the authentication did not end in time. */
export function handshakeTimeout(
  endpoint: Endpoint,
  milliseconds: number,
  authenticating: boolean,
): TransportError {
  return new TransportError({
    step: authenticating ? 'authentication' : 'tcp',
    cause: 'timeout',
    message: authenticating
      ? `${place(endpoint)} did not decide about the credentials within ${String(milliseconds / 1000)} s`
      : `${place(endpoint)} took the connection but did not speak SSH within ${String(milliseconds / 1000)} s`,
    advice: [authenticating ? 'Try again, or raise --timeout.' : otherService],
  });
}

/** The server took the password and wants another one, which is not a thing to do in passing. */
export function passwordExpired({
  host,
  user,
}: {
  readonly host: string;
  readonly user: string;
}): TransportError {
  return new TransportError({
    step: 'authentication',
    cause: 'denied',
    message: `${host}: the password of ${user} has expired and has to be changed`,
    advice: [
      'Change it by another way (at the console, by Remote Desktop, in the directory), then try again.',
    ],
  });
}

function handshakeFailure(text: string, endpoint: Endpoint): TransportFailure {
  if (/no matching/i.test(text)) {
    return {
      step: 'tcp',
      cause: 'no-common-algorithm',
      message: `${place(endpoint)} offers no algorithm in common: ${text}`,
      advice: ['The SSH server is very old or very strict; update it or allow a current algorithm there.'],
    };
  }
  if (/connection lost before handshake|socket closed|ended/i.test(text)) {
    return {
      step: 'tcp',
      cause: 'closed',
      message: `${place(endpoint)} closed the connection before the SSH handshake`,
      advice: [otherService, 'A firewall or a limit of the SSH server (MaxStartups) may also have cut it.'],
    };
  }
  return {
    step: 'tcp',
    cause: 'not-this-protocol',
    message: `${place(endpoint)} does not speak SSH as it should: ${text}`,
    advice: [otherService],
  };
}

/** How far a connection has come when it fails: before the host's key, behind it, or where the server lets users in. */
export type HandshakeStage = 'key-exchange' | 'host-key' | 'authentication';

/** True for what ssh2 reports of a server that ends the connection by SSH's own message: its reason is a number. */
function isDisconnect(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}

function isLost(error: unknown): boolean {
  return (
    errorLevel(error) === 'client-socket' || /connection lost|socket closed|ended/i.test(errorMessage(error))
  );
}

const tooMany =
  'The server counts every key that is offered. Name the right one: --identity FILE, or IdentityFile with IdentitiesOnly yes in ~/.ssh/config.';

/** The server was SSH, and the connection ended while it decided about the user. */
function endedSignIn(
  error: unknown,
  endpoint: Endpoint,
  { message, advice = [] }: TransportFailure,
): TransportFailure {
  const text = messageOf(error);
  const how = isLost(error) ? 'closed the connection' : `ended the connection (${text})`;
  const isTooMany = /too many authentication/i.test(text);
  return {
    step: 'authentication',
    cause: isLost(error) ? 'closed' : 'denied',
    message: `${place(endpoint)} ${how} during authentication: ${message}`,
    advice: isTooMany ? [tooMany] : advice,
  };
}

function behindTheKey(error: unknown, endpoint: Endpoint): TransportFailure {
  const what = isLost(error) ? 'closed the connection' : `ended it: ${messageOf(error)}`;
  return {
    step: 'host-key',
    cause: 'closed',
    message: `${place(endpoint)} showed a host key but did not finish the key exchange with it; it ${what}`,
    advice: [
      'Somebody in between may show a key that is not his; or the server has a limit. Look at its log.',
    ],
  };
}

/** What ssh2 reported before the connection was ready; `notes` say which ways of authentication were tried. */
export function handshakeError(
  error: unknown,
  endpoint: Endpoint,
  notes: () => TransportFailure,
  stage: HandshakeStage,
): TransportError {
  return new TransportError(failureAt(error, endpoint, notes, stage), { cause: error });
}

function failureAt(
  error: unknown,
  endpoint: Endpoint,
  notes: () => TransportFailure,
  stage: HandshakeStage,
): TransportFailure {
  const level = errorLevel(error);
  if (level === 'client-authentication') return notes();
  if (stage === 'authentication') return endedSignIn(error, endpoint, notes());
  if (stage === 'host-key') return behindTheKey(error, endpoint);
  if (level === 'client-socket' || errorCode(error) !== '') return socketFailure(error, endpoint);
  if (isDisconnect(error)) {
    return {
      step: 'tcp',
      cause: 'closed',
      message: `${place(endpoint)} ended the connection before it showed its host key: ${messageOf(error)}`,
      advice: ['A limit of the SSH server (MaxStartups, PerSourcePenalties) may have cut it.'],
    };
  }
  return handshakeFailure(messageOf(error), endpoint);
}
