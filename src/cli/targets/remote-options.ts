import { parseDuration } from '../../lab/estate/duration';
import type { RemoteOptions } from '../../remote/plan';
import { optionValue, type OptionValues } from '../argv/option-values';
import type { OptionName } from '../options';
import { Refusal } from '../refusal';

/** Options of every command that opens a machine. */
export const remoteOptionNames = [
  'targets',
  'transport',
  'timeout',
  'identity',
  'known-hosts',
  'accept-new',
  'password-file',
  'password-command',
  'ca-file',
  'cert-file',
  'key-file',
  'fingerprint',
  'auth',
  'insecure',
] as const satisfies readonly OptionName[];

/** The long options that say how a machine is reached, as the remote side takes them. */
export function remoteOptions(options: OptionValues): RemoteOptions {
  const { identity, targets } = options;
  return {
    targets: Array.isArray(targets) ? targets : undefined,
    transport: optionValue(options, 'transport')?.toLowerCase(),
    timeout: timeoutOf(optionValue(options, 'timeout')),
    identity: Array.isArray(identity) ? identity : undefined,
    knownHosts: optionValue(options, 'known-hosts'),
    acceptNew: options['accept-new'] === true,
    passwordFile: optionValue(options, 'password-file'),
    passwordCommand: optionValue(options, 'password-command'),
    caFile: optionValue(options, 'ca-file'),
    certFile: optionValue(options, 'cert-file'),
    keyFile: optionValue(options, 'key-file'),
    fingerprint: optionValue(options, 'fingerprint'),
    auth: optionValue(options, 'auth')?.toLowerCase(),
    insecure: options.insecure === true,
  };
}

/** @throws Refusal where --timeout has no length of time, for machines too to which no way leads that could take long */
export function checkTimeout(options: OptionValues): void {
  timeoutOf(optionValue(options, 'timeout'));
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    const milliseconds = parseDuration(text);
    if (milliseconds > 0) return milliseconds;
  } catch {
    // The same sentence serves both.
  }
  throw new Refusal(`--timeout ${text} is no length of time: 30s, 2m, 500ms`);
}
