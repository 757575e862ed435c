import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { readLicenseFile } from './license-file';
import { isLicensingError } from '../licensing/provider';
import { type RemoteProvider, windowsProvider } from '../providers/windows/provider';
import { wsmanRunner } from '../providers/windows/wsman/runner';
import { winrsRunner } from '../providers/windows/wsman/shell-runner';
import {
  authenticatedChannel,
  requireSecrecy,
  type WinrmAuthentication,
} from '../transports/winrm/http/authentication';
import { HttpChannel } from '../transports/winrm/http/channel';
import { Deadline } from '../transports/deadline';
import {
  endpointUrl,
  normalizeFingerprint,
  type TlsTrust,
  type WinrmEndpoint,
  type WinrmLimits,
  winrmPort,
} from '../transports/winrm/http/endpoint';
import { kerberosMechanism } from '../transports/winrm/http/kerberos';
import { systemReason } from '../transports/local/system-reason';
import { fileLimits } from '../transports/local/bounded-file';
import { WsmanClient } from '../transports/winrm/wsman/client';
import { type WayContext, tellElevation } from './connect-target';
import { foundPassword, hasNamedSource, passwordFinder, signInError } from './credentials';
import { type ConnectionPlan, PlanError } from './plan';
import { type RemotePorts } from './ports';
import { methodOf, takesPassword, type WinrmMethod } from './winrm-method';
import { isRemoteFailure, licensingFailure, remoteFailure } from './remote-failure';

const usualLimits = { connectMs: 15_000, answerMs: 90_000, maxAnswerBytes: 50 * 1024 * 1024 };
/** What a verb has in all where nobody says --timeout; with it, that is the time. */
const usualVerbMilliseconds = 10 * 60_000;
/** Safe on every server; since 2012 they allow 512000. */
const maxEnvelopeSize = 153_600;

/** Opens the licensing of a machine over WS-Management. Fails as `connectTarget` does. */
export async function connectOverWinrm(plan: ConnectionPlan, context: WayContext): Promise<RemoteProvider> {
  const { ports, verb } = context;
  const endpoint = await endpointOf(plan, ports);
  const deadline = new Deadline(plan.timeout ?? usualVerbMilliseconds);
  // A password is asked for before.
  deadline.pause();
  const limits: WinrmLimits = {
    ...usualLimits,
    deadline,
    signal: context.signal,
    ...(plan.timeout === undefined ? {} : { connectMs: plan.timeout, answerMs: plan.timeout }),
    progress: (done) => {
      context.progress?.(done);
      ports.debug?.(`${done.step}: ${done.detail}`);
    },
    debug: ports.debug,
  };
  const translate = (error: unknown): unknown => remoteFailure(error, plan.name, context.failed);
  const client = await signingClient(plan, endpoint, limits, ports).catch((error: unknown) => {
    throw translate(error);
  });
  deadline.resume();
  const provider = windowsProvider(
    wsmanRunner(
      client,
      winrsRunner(client, () => deadline.isOver),
      { asksElevation: context.progress !== undefined, deadline },
    ),
    {
      description: { kind: 'windows', machine: plan.name },
      clock: ports.now,
      readLocalFile: (path) => readLicenseFile(path, ports),
      verb,
      translate,
    },
  );
  try {
    await provider.connect();
    return provider;
  } catch (error) {
    tellElevation(provider, context);
    await provider.close();
    throw isLicensingError(error) && !isRemoteFailure(error)
      ? licensingFailure(error, plan.name, provider.host?.elevated ?? null)
      : error;
  }
}

/**
 * A client that will sign in. A source of the password is read before anything is connected; a person is asked when the
 * machine is reached: nobody is asked for the password of one that is not there.
 */
async function signingClient(
  plan: ConnectionPlan,
  endpoint: WinrmEndpoint,
  limits: WinrmLimits,
  ports: RemotePorts,
): Promise<WsmanClient> {
  const method = methodOf(plan);
  requireSecrecy(endpoint.tls, method);
  const find = passwordFinder(plan.password, ports);
  if (takesPassword(method) && hasNamedSource(plan.password, ports.env)) await foundPassword(find);
  const channel = new HttpChannel(endpoint, limits);
  try {
    await channel.open();
    const authentication = await authenticationOf(plan, method, find);
    return new WsmanClient(authenticatedChannel(channel, authentication), {
      url: endpointUrl(endpoint),
      operationTimeoutSeconds: Math.max(1, Math.min(60, Math.floor(limits.answerMs / 1000) - 5)),
      maxEnvelopeSize,
      newGuid: randomUUID,
    });
  } catch (error) {
    channel.close();
    throw error;
  }
}

async function endpointOf(plan: ConnectionPlan, ports: RemotePorts): Promise<WinrmEndpoint> {
  if (plan.transport !== 'winrms') {
    return { host: plan.host, port: plan.port ?? winrmPort.http, tls: null };
  }
  const { certFile, keyFile } = plan.tls;
  const clientCertificate =
    certFile === undefined
      ? null
      : {
          cert: await pem(certFile, ports),
          key: await pem(keyFile ?? certFile, ports),
          passphrase: undefined,
        };
  return {
    host: plan.host,
    port: plan.port ?? winrmPort.https,
    tls: { trust: await trustOf(plan, ports), clientCertificate },
  };
}

async function trustOf(plan: ConnectionPlan, ports: RemotePorts): Promise<TlsTrust> {
  const { caFile, fingerprint } = plan.tls;
  if (fingerprint !== undefined) {
    if (normalizeFingerprint(fingerprint) === null) {
      throw new PlanError('--fingerprint takes the SHA-256 of the certificate: 64 hexadecimal digits');
    }
    return { kind: 'pin', sha256: fingerprint };
  }
  if (caFile !== undefined) return { kind: 'verify', ca: [await pem(caFile, ports)] };
  if (plan.insecure) {
    ports.warn(
      `slmgr: the certificate of ${plan.host} is not checked (--insecure): anybody may stand in between.`,
    );
    return { kind: 'insecure' };
  }
  return { kind: 'verify', ca: [] };
}

async function pem(file: string, ports: RemotePorts): Promise<Buffer> {
  const text = await ports.readFile(file, fileLimits.certificates).catch((cause: unknown) => {
    throw new PlanError(`${file} cannot be read: ${systemReason(cause)}`, { cause });
  });
  if (text === null) throw new PlanError(`${file} is not there`);
  if (!text.includes('-----BEGIN ')) throw new PlanError(`${file} is no PEM file`);
  return Buffer.from(text);
}

type PasswordFinder = ReturnType<typeof passwordFinder>;

async function authenticationOf(
  plan: ConnectionPlan,
  method: WinrmMethod,
  find: PasswordFinder,
): Promise<WinrmAuthentication> {
  switch (method) {
    case 'certificate':
      return { kind: 'certificate' };
    case 'kerberos':
      return { kind: 'kerberos', mechanism: kerberosMechanism(plan.host, plan.user ?? null) };
    case 'basic':
      return { kind: 'basic', ...(await accountOf(plan, find)) };
    case 'ntlm': {
      const { user, password } = await accountOf(plan, find);
      return { kind: 'ntlm', credentials: { ...ntlmName(user), password } };
    }
  }
}

async function accountOf(
  plan: ConnectionPlan,
  find: PasswordFinder,
): Promise<{ readonly user: string; readonly password: string }> {
  if (plan.user === undefined) {
    throw signInError('WinRM needs a user', [
      `Say it in the address (${plan.transport}://USER@HOST), behind it (slmgr ${plan.name} USER - /verb), or in the targets file.`,
    ]);
  }
  const password = await foundPassword(find);
  if (password === null) {
    throw signInError('WinRM needs a password, and there is no terminal to ask at', [
      'Give it in SLMGR_PASSWORD, --password-file, --password-command, or "-" as the password.',
    ]);
  }
  return { user: plan.user, password: password.reveal() };
}

/** `DOMAIN\user` is taken apart; `user@domain` stays whole, as Windows itself sends it. */
function ntlmName(user: string): { readonly user: string; readonly domain: string } {
  const backslash = user.indexOf('\\');
  if (backslash < 0) return { user, domain: '' };
  const domain = user.slice(0, backslash);
  return { domain: domain === '.' ? '' : domain, user: user.slice(backslash + 1) };
}
