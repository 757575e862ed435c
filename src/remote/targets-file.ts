import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { dirname, isAbsolute, join } from 'node:path';
import { harmlessText } from '../transports/harmless-text';
import { transports } from './address';

const port = z.int().min(1).max(65535);
const name = z.string().min(1);

const passwordSource = z
  .union(
    [
      z.strictObject({ env: name.describe('Environment variable that holds the password') }),
      z.strictObject({
        file: name.describe('File whose first line is the password; nobody else may read it'),
      }),
      z.strictObject({
        command: name.describe('Program that prints the password, such as a password manager'),
      }),
      z.literal('prompt'),
    ],
    {
      error:
        'takes {env: NAME}, {file: PATH}, {command: PROGRAM} or prompt; a password itself does not belong here',
    },
  )
  .describe('Where the password comes from. A password itself is refused here.');

const tls = z.strictObject({
  caFile: name.optional().describe('Certificates to trust, in PEM'),
  fingerprint: name.optional().describe("SHA-256 of the machine's certificate, in place of a chain of trust"),
  certFile: name.optional().describe('Client certificate, in PEM'),
  keyFile: name.optional().describe("The client certificate's private key, in PEM"),
});

const jumpHost = z.union(
  [
    name,
    z.strictObject({
      host: name.describe('[user@]host[:port]'),
      key: name.optional().describe('SSH private key file for the jump host'),
      password: passwordSource.optional(),
    }),
  ],
  { error: 'takes [user@]host[:port], or {host, key, password}' },
);

const settings = z.strictObject({
  transport: z.enum(transports).optional(),
  port: port.optional(),
  user: name.optional(),
  key: name.optional().describe('SSH private key file'),
  password: passwordSource.optional(),
  jump: z
    .union([jumpHost, z.array(jumpHost)])
    .optional()
    .describe(
      'SSH jump host(s), [user@]host[:port] or {host, key, password}, the first one first. Their passwords are never that of the target.',
    ),
  knownHosts: name.optional().describe('File of known SSH host keys'),
  agent: z
    .union([z.boolean(), name])
    .optional()
    .describe(
      'The machine runs slmgr itself (a Linux machine): speak to its agent, or to that of a machine of its lab',
    ),
  auth: z.enum(['basic', 'ntlm', 'kerberos', 'certificate']).optional(),
  tls: tls.optional(),
  timeout: z.number().positive().optional().describe('Seconds for one command'),
});

const target = z.strictObject({ host: name.optional(), ...settings.shape });

/** The schema of a targets file: documented, and what `--targets` files are checked by. */
export const targetsFileSchema = z.strictObject({
  version: z.literal(1).optional(),
  defaults: settings.optional().describe('For every target, where neither it nor its group says otherwise'),
  groups: z
    .record(name, z.strictObject({ targets: z.array(name).default([]), ...settings.shape }))
    .default({}),
  targets: z.record(name, target.nullable()).default({}),
});

type File = z.infer<typeof targetsFileSchema>;
type Settings = z.infer<typeof settings>;

export type ConfiguredJump = z.infer<typeof jumpHost>;
export type PasswordSource = z.infer<typeof passwordSource>;

/** A target with what its entry, its groups and the defaults say, in this order. */
export type ConfiguredTarget = Settings & { readonly name: string; readonly host: string };

/** A targets file that cannot be used. The message is for people and names the place. */
export class TargetsFileError extends Error {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file}: ${reason}`, options);
    this.name = 'TargetsFileError';
  }
}

/** The targets of a file, found by name without regard to case. */
export interface TargetsFile {
  readonly names: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  find(name: string): ConfiguredTarget | null;
}

function document(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    const reason = cause instanceof YAMLParseError ? cause.message : String(cause);
    throw new TargetsFileError(file, `no YAML: ${harmlessText(reason)}`, { cause });
  }
}

function checked(text: string, file: string): File {
  const result = targetsFileSchema.safeParse(document(text, file) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw new TargetsFileError(file, place + (issue?.message ?? 'not the expected shape'));
}

function lookup<T>(record: Readonly<Record<string, T>>, wanted: string): readonly [string, T] | null {
  const lower = wanted.toLowerCase();
  return Object.entries(record).find(([key]) => key.toLowerCase() === lower) ?? null;
}

function groupsOf(file: File, wanted: string): readonly Settings[] {
  const lower = wanted.toLowerCase();
  return Object.values(file.groups)
    .filter(({ targets }) => targets.some((member) => member.toLowerCase() === lower))
    .map((group) =>
      settings.parse(Object.fromEntries(Object.entries(group).filter(([key]) => key !== 'targets'))),
    );
}

/** Where the file's relative paths and its tilde lead. */
interface Place {
  readonly folder: string;
  readonly home: string;
}

/** A path of the file: `~/` is the home folder, and what is relative is so to the file itself. */
function pathFrom({ folder, home }: Place, path: string): string {
  if (/^~(?:[\\/]|$)/.test(path)) return join(home, path.slice(2));
  return isAbsolute(path) ? path : join(folder, path);
}

function sourceFrom(place: Place, source: PasswordSource): PasswordSource {
  return typeof source === 'object' && 'file' in source ? { file: pathFrom(place, source.file) } : source;
}

function jumpFrom(place: Place, jump: ConfiguredJump): ConfiguredJump {
  if (typeof jump === 'string') return jump;
  const { host, key, password } = jump;
  return {
    host,
    ...(key === undefined ? {} : { key: pathFrom(place, key) }),
    ...(password === undefined ? {} : { password: sourceFrom(place, password) }),
  };
}

function placed<T extends Settings>(settings: T, place: Place): T {
  const { key, knownHosts, password, jump, tls } = settings;
  const tlsFiles = Object.entries(tls ?? {}).map(([name, value]) => [
    name,
    name === 'fingerprint' || value === undefined ? value : pathFrom(place, value),
  ]);
  return {
    ...settings,
    ...(key === undefined ? {} : { key: pathFrom(place, key) }),
    ...(knownHosts === undefined ? {} : { knownHosts: pathFrom(place, knownHosts) }),
    ...(password === undefined ? {} : { password: sourceFrom(place, password) }),
    ...(jump === undefined ? {} : { jump: [jump].flat().map((each) => jumpFrom(place, each)) }),
    ...(tls === undefined ? {} : { tls: Object.fromEntries(tlsFiles) as typeof tls }),
  };
}

function configured(file: File, wanted: string, place: Place): ConfiguredTarget | null {
  const entry = lookup(file.targets, wanted);
  const groups = groupsOf(file, wanted);
  if (entry === null && groups.length === 0) return null;
  const [name, own] = entry ?? [wanted, null];
  const layers = [file.defaults ?? {}, ...groups.toReversed(), own ?? {}];
  const merged = Object.assign({}, ...layers) as Settings & { readonly host?: string };
  return placed({ ...merged, name, host: merged.host ?? name }, place);
}

/**
 * Reads a targets file's text. Paths in it are relative to it, and `~/` is `home`. Throws a {@link TargetsFileError}
 * that names the place of the first mistake.
 */
export function parseTargetsFile(text: string, file: string, home: string): TargetsFile {
  const content = checked(text, file);
  const place = { folder: dirname(file), home };
  const members = Object.values(content.groups).flatMap(({ targets }) => targets);
  return {
    names: [...new Set([...Object.keys(content.targets), ...members])],
    groups: Object.fromEntries(
      Object.entries(content.groups).map(([group, { targets }]) => [group, targets]),
    ),
    find: (wanted) => configured(content, wanted, place),
  };
}
