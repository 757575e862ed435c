import * as z from 'zod';
import { createDnsClient } from '../../../dns/net/client';
import { isWithin } from '../../../dns/name';
import { systemServers } from '../../../dns/net/system';
import { recordType } from '../../../dns/protocol';
import { resolve } from '../../../dns/resolver';
import { fileLimits, readPlainFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { Secret } from '../../../transports/secret';
import { isTransportError } from '../../../transports/transport-error';
import type { PasswordSource } from '../../../remote/targets-file';
import {
  concludeDiscovery,
  discoveryData,
  discoveryInput,
  discoveryOptions,
  untilInterrupted,
} from '../../fleet/conclude-discovery';
import { defineCommand, type CommandContext } from '../../framework/command';
import { dnsServer } from '../../framework/dns-server';
import { duration, flag, hostName, option, wholeNumber } from '../../framework/fields';
import { Refusal } from '../../refusal';
import { saidWay } from '../../targets/find-machine';
import { rawOptions } from '../../targets/open-target';

const usualTimeoutMs = 20_000;
const dayMs = 86_400_000;
const securePort = 636;
const startTlsPort = 389;

/** Options of the way to machines that --scan uses: the password and the authorities of the line are the directory's. */
const scanOptions = ['targets', 'transport', 'timeout', 'identity', 'known-hosts', 'accept-new'] as const;

const input = z.object({
  domain: hostName,
  user: option,
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
    'or that of --dc. Its certificate is checked before the password leaves; without encryption nothing is sent. The password comes from ' +
    'SLMGR_AD_PASSWORD, --password-file, --password-command or a prompt, and goes to the directory alone: machines that --scan reads are ' +
    'signed in to as their targets file and ssh say. Ends with 0 where computers were found, 3 where some are missing or were not read, 4 ' +
    'where none was.',
  positionals: [{ name: 'domain', summary: 'DNS name of the domain' }],
  options: [
    ...(['user', 'dc', 'start-tls', 'server', 'ou', 'filter', 'with-disabled', 'logon-days'] as const),
    ...(['password-file', 'password-command', 'ca-file', 'deadline'] as const),
    ...discoveryOptions,
    ...scanOptions,
  ],
  examples: [
    {
      line: 'slmgr fleet discover ad corp.example --user admin@corp.example --ca-file corp-ca.pem',
      does: 'all computers that are enabled',
    },
    {
      line: "slmgr fleet discover ad corp.example --user 'CORP\\admin' --ou OU=Berlin --logon-days 90 --add",
      does: 'those of an organisational unit that signed in within 90 days, remembered',
    },
    {
      line: "slmgr fleet discover ad corp.example --user admin@corp.example --filter '(operatingSystem=Windows 11*)' --json",
      does: 'those with a system',
    },
  ],
  data: discoveryData,
  input,
  run: async (said, context) => {
    const raw = rawOptions(context);
    const options = Object.fromEntries(
      scanOptions.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])),
    );
    const { targets: files } = await saidWay(options, context);
    const base = baseOf(said);
    const ca = said['ca-file'] === undefined ? [] : [certificates(said['ca-file'])];
    const controller = await controllerOf(said);
    const password = new Secret(await passwordOf(said, controller.host, context));
    const { result, interrupted } = await untilInterrupted(context, said.deadline ?? null, (signal) =>
      context.parts
        .directory()
        .directoryCandidates({
          server: {
            ...controller,
            security: said['start-tls'] ? 'starttls' : 'ldaps',
            ca,
            user: said.user,
            password,
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
        }),
    );
    return concludeDiscovery({ found: result, interrupted, input: said, options, files }, context);
  },
});

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

/** The domain controller that is asked: the one that was said, else the first of DNS that has a name of the domain. */
async function controllerOf(said: Input): Promise<{ readonly host: string; readonly port: number }> {
  const port = said['start-tls'] ? startTlsPort : securePort;
  if (said.dc !== undefined) {
    const [, host, own] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(said.dc) ?? [];
    const number = own === undefined ? port : Number(own);
    if (host === undefined || number < 1 || number > 65_535) {
      throw new Refusal(
        `--dc ${said.dc} is no domain controller: dc01.corp.example or dc01.corp.example:636 is one.`,
      );
    }
    return { host: host.replace(/^\[|\]$/g, ''), port: number };
  }
  const servers = said.server === undefined ? systemServers() : [said.server];
  const service = `_ldap._tcp.dc._msdcs.${said.domain.replace(/\.$/, '')}`;
  const found = await resolve(createDnsClient({ servers }), service, recordType.SRV);
  if (!found.ok) {
    const { message, hresult } = found.error;
    throw new Refusal(`name: no domain controller of ${said.domain} is known: ${message}. --dc names one.`, {
      hresult,
    });
  }
  const targets = found.records.flatMap(({ data }) => (data.kind === 'srv' ? [data] : []));
  targets.sort((one, other) => one.priority - other.priority || other.weight - one.weight);
  // DNS is no proof: a name elsewhere could have a good certificate of somebody else.
  const own = targets.find(({ target }) => isWithin(target, said.domain));
  if (own === undefined) {
    throw new Refusal(
      `name: DNS names no domain controller within ${said.domain}. --dc names one; no password was sent.`,
    );
  }
  return { host: own.target.replace(/\.$/, ''), port };
}

function passwordOf(said: Input, host: string, { console, parts }: CommandContext): Promise<string> {
  const source = sourceOf(said, console.env);
  return source === null
    ? parts.remote().linePassword('-', `${said.user} at ${host}`, console)
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
