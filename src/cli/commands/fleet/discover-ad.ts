import * as z from 'zod';
import type { Discovered } from '../../../fleet/discovery/discovered';
import type { DirectorySignIn } from '../../../transports/ldap/directory';
import { fileLimits, readPlainFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { Secret } from '../../../transports/secret';
import { isTransportError } from '../../../transports/transport-error';
import type { PasswordSource } from '../../../remote/targets-file';
import { discoveryData, discoveryInput, discoveryOptions } from '../../fleet/conclude-discovery';
import { runDiscovery } from '../../fleet/run-discovery';
import { defineCommand, UsageError, type CommandContext } from '../../framework/command';
import { domainController } from '../../fleet/domain-controller';
import { dnsServer } from '../../framework/dns-server';
import { duration, flag, hostName, option, wholeNumber } from '../../framework/fields';
import { Refusal } from '../../refusal';
import { rawOptions } from '../../targets/open-target';

const usualTimeoutMs = 20_000;
const dayMs = 86_400_000;
const securePort = 636;
const startTlsPort = 389;

/** Options of the way to machines that --scan uses: the password and the authorities of the line are the directory's. */
const scanOptions = ['targets', 'transport', 'timeout', 'identity', 'known-hosts', 'accept-new'] as const;

const input = z.object({
  domain: hostName,
  user: option.optional(),
  kerberos: flag,
  dc: option.optional(),
  'start-tls': flag,
  server: dnsServer.optional(),
  ou: option.optional(),
  filter: option.optional(),
  'with-disabled': flag,
  'logon-days': wholeNumber(1, 3650).optional(),
  'password-file': option.optional(),
  'password-command': option.optional(),
  'ca-file': option.optional(),
  timeout: duration.optional(),
  deadline: duration.optional(),
  ...discoveryInput,
});
type Input = z.infer<typeof input>;

/** slmgr fleet discover ad */
export const fleetDiscoverAd = defineCommand({
  name: 'fleet discover ad',
  summary: 'Find the computers of an Active Directory domain',
  description:
    'Asks a domain controller over LDAPS, or over LDAP with StartTLS, page by page. The controller is one of the SRV records of the domain, ' +
    'or that of --dc. Its certificate is checked before anybody signs in; without encryption nothing is sent. --user signs in with a password ' +
    'from SLMGR_AD_PASSWORD, --password-file, --password-command or a prompt, which goes to the directory alone: machines that --scan reads ' +
    'are signed in to as their targets file and ssh say. --kerberos signs in with a ticket (GSSAPI), through the optional npm package ' +
    'kerberos, and sends no channel binding. Ends with 0 where computers were found, 3 where some are missing or were not read, 4 where none was.',
  positionals: [{ name: 'domain', summary: 'DNS name of the domain' }],
  options: [
    ...([
      'user',
      'kerberos',
      'dc',
      'start-tls',
      'server',
      'ou',
      'filter',
      'with-disabled',
      'logon-days',
    ] as const),
    ...(['password-file', 'password-command', 'ca-file', 'deadline'] as const),
    ...discoveryOptions,
    ...scanOptions,
  ],
  examples: [
    {
      line: 'slmgr fleet discover ad corp.example --user jo@corp.example --ca-file ca.pem',
      does: 'all computers that are enabled',
    },
    {
      line: "slmgr fleet discover ad corp.example --user 'CORP\\jo' --ou OU=Berlin --add",
      does: 'those of an organisational unit, remembered',
    },
    {
      line: 'slmgr fleet discover ad corp.example --kerberos --known @all',
      does: 'with a ticket, and only those that are not known yet',
    },
    {
      line: "slmgr fleet discover ad corp.example --kerberos --filter '(cn=PC-*)' --json",
      does: 'those that an LDAP filter fits',
    },
  ],
  data: discoveryData,
  input,
  run: async (said, context) => {
    const raw = rawOptions(context);
    const options = Object.fromEntries(
      scanOptions.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])),
    );
    const base = baseOf(said);
    const ca = said['ca-file'] === undefined ? [] : [certificates(said['ca-file'])];
    const how = signInOf(said);
    const port = said['start-tls'] ? startTlsPort : securePort;
    const controller = await domainController(said.domain.replace(/\.$/, ''), said, port);
    const signIn = await how(controller.host, context);
    const search = (signal: AbortSignal): Promise<Discovered> =>
      context.parts
        .directory()
        .directoryCandidates({
          server: {
            ...controller,
            security: said['start-tls'] ? 'starttls' : 'ldaps',
            ca,
            signIn,
            timeoutMs: Math.max(1, said.timeout ?? usualTimeoutMs),
            signal,
          },
          base,
          filter: said.filter ?? null,
          withDisabled: said['with-disabled'],
          signedInSince: signedInSince(said, context),
          progress: (found) => {
            context.console.progress(`${found} computers found`);
          },
        })
        .catch((error: unknown) => {
          throw told(error);
        });
    return runDiscovery({ input: said, options, search }, context);
  },
});

/** How the line says to sign in; what it needs for that is asked for when the domain controller is known. */
function signInOf(
  said: Input,
): (host: string, context: CommandContext) => Promise<DirectorySignIn> | DirectorySignIn {
  const { kerberos, user } = said;
  if (kerberos) {
    if (said['password-file'] !== undefined || said['password-command'] !== undefined)
      throw new UsageError('--kerberos signs in with a ticket: no password is needed.');
    return () => ({ kind: 'kerberos', principal: user ?? null });
  }
  if (user === undefined) {
    throw new UsageError('--user names who signs in with a password; --kerberos signs in with a ticket.');
  }
  return async (host, context) => {
    const password = await passwordOf(user, said, { host, context });
    return { kind: 'simple', user, password: new Secret(password) };
  };
}

function signedInSince(said: Input, { console }: CommandContext): number | null {
  const days = said['logon-days'];
  return days === undefined ? null : console.now() - days * dayMs;
}

/** What happened, with its step and what to do. */
function told(error: unknown): unknown {
  if (error instanceof Error && error.name === 'FilterError')
    return new Refusal(error.message, { cause: error });
  if (!isTransportError(error)) return error;
  const advice = error.advice.length === 0 ? '' : `\n${error.advice.join('\n')}`;
  return new Refusal(`${error.step}: ${error.message}.${advice}`, { cause: error });
}

function baseOf({ domain, ou }: Input): string {
  const root = domain
    .replace(/\.$/, '')
    .split('.')
    .map((label) => `DC=${label}`)
    .join(',');
  if (ou === undefined) return root;
  if (!/^[a-z]+=[^\p{Cc}]+$/iu.test(ou))
    throw new Refusal(`--ou ${ou} is no organisational unit: OU=Berlin,OU=Clients is one.`);
  return /(?:^|,)\s*dc=/i.test(ou) ? ou : `${ou},${root}`;
}

function certificates(file: string): string {
  try {
    return readPlainFileUpTo(file, fileLimits.certificates).toString('utf8');
  } catch (error) {
    throw new Refusal(`--ca-file ${file} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}

function passwordOf(
  user: string,
  said: Input,
  { host, context: { console, parts } }: { readonly host: string; readonly context: CommandContext },
): Promise<string> {
  const source = sourceOf(said, console.env);
  return source === null
    ? parts.remote().linePassword('-', `${user} at ${host}`, console)
    : parts.remote().sourceSecret(source, console);
}

function sourceOf(
  said: Input,
  env: CommandContext['console']['env'],
): Exclude<PasswordSource, 'prompt'> | null {
  if (env['SLMGR_AD_PASSWORD'] !== undefined) return { env: 'SLMGR_AD_PASSWORD' };
  if (said['password-file'] !== undefined) return { file: said['password-file'] };
  return said['password-command'] === undefined ? null : { command: said['password-command'] };
}
