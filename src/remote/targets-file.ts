import * as z from 'zod';
import { dirname, isAbsolute, join } from 'node:path';
import { schemaMistake, toldMistake } from '../licensing/schema-mistake';
import { isTransportName, transports } from './address';
import type { InventoryFormat } from './inventory/format-word';
import type { ListedTargets, Scalar } from './inventory/host-list';
import { nameProblem, readTargetsText, TargetsTextError, type TargetsText } from './targets-text';

const port = z.int().min(1).max(65535);
const name = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const problem = nameProblem(text);
    if (problem !== null) context.addIssue(problem);
  });

/** YAML of today has no yes and no; whoever writes them means what they meant. */
const spokenBooleans: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

const agent = z
  .union([z.boolean(), z.string()])
  .transform((value) => (typeof value === 'string' ? (spokenBooleans[value.toLowerCase()] ?? value) : value))
  .refine((value) => typeof value === 'boolean' || /^[A-Za-z0-9._-]+$/.test(value), {
    error: "takes true, false, or the name of a machine of the far side's lab",
  });

const passwordSource = z
  .union(
    [
      z.strictObject({ env: name.describe('Environment variable that holds the password') }),
      z.strictObject({
        file: name.describe('File whose first line is the password; nobody else may read it'),
      }),
      z.strictObject({
        command: z.string().min(1).describe('Program that prints the password, such as a password manager'),
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
  agent: agent
    .optional()
    .describe(
      'The machine runs slmgr itself (a Linux machine): speak to its agent, or to that of a machine of its lab',
    ),
  auth: z.enum(['basic', 'ntlm', 'kerberos', 'certificate']).optional(),
  tls: tls.optional(),
  timeout: z.number().positive().optional().describe('Seconds for a whole verb, connecting included'),
  site: name
    .optional()
    .describe('Where the machines stand: --per-site limits how many of them are under way'),
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
  /** @throws TargetsFileError where the target names a command, and others can write the file */
  find(name: string): ConfiguredTarget | null;
}

type Entry = File['targets'][string];

/** What a file says, checked. */
interface Content {
  readonly defaults: Settings | undefined;
  /** By name in lower case, made once: a file may have a million. */
  readonly entries: ReadonlyMap<string, readonly [name: string, entry: Entry]>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Settings of the groups of a member, by its name in lower case. */
  readonly groupSettings: ReadonlyMap<string, readonly Settings[]>;
}

function checked(text: string, file: string, format: InventoryFormat | null): Content {
  const read = readText(text, file, format);
  return read.kind === 'list' ? checkedList(read.list, file) : contentOf(fits(read.value, file), file);
}

function fits(document: unknown, file: string): File {
  const result = targetsFileSchema.safeParse(document, { error: schemaMistake });
  if (result.success) return result.data;
  const issue = toldMistake(result.error.issues);
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw new TargetsFileError(file, place + (issue?.message ?? 'not the expected shape'));
}

function readText(text: string, file: string, format: InventoryFormat | null): TargetsText {
  try {
    return readTargetsText(text, format);
  } catch (cause) {
    if (!(cause instanceof TargetsTextError)) throw cause;
    throw new TargetsFileError(file, cause.message, { cause });
  }
}

/**
 * A list may have a million machines: an entry that is plainly right does not go through the schema, whose objects would
 * cost more than everything else. Whatever is not plain does.
 */
function checkedList({ entries, groups }: ListedTargets, file: string): Content {
  for (const [name, entry] of entries.values()) {
    if (!isPlain(name, entry)) fits({ targets: Object.fromEntries([[name, entry]]) }, file);
  }
  for (const group of groups.keys()) {
    if (!plainText.test(group)) fits({ groups: Object.fromEntries([[group, {}]]) }, file);
  }
  return {
    defaults: undefined,
    entries: entries,
    groups: Object.fromEntries(groups),
    groupSettings: new Map(),
  };
}

const plainText = /^[ -~]+$/;
const plainValues: Readonly<Record<string, (value: Scalar) => boolean>> = {
  host: isPlainText,
  user: isPlainText,
  key: isPlainText,
  site: isPlainText,
  port: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535,
  transport: (value) => typeof value === 'string' && isTransportName(value),
};

function isPlainText(value: Scalar): boolean {
  return typeof value === 'string' && plainText.test(value);
}

function isPlain(name: string, entry: Readonly<Record<string, Scalar>> | null): boolean {
  if (!plainText.test(name)) return false;
  for (const setting in entry) {
    if (plainValues[setting]?.(entry[setting] ?? '') !== true) return false;
  }
  return true;
}

function contentOf({ defaults, targets, groups }: File, file: string): Content {
  const entries = new Map<string, readonly [string, Entry]>();
  for (const [name, entry] of Object.entries(targets)) {
    const earlier = entries.get(name.toLowerCase())?.[0];
    if (earlier !== undefined) {
      throw new TargetsFileError(
        file,
        `targets: ${earlier} and ${name} are one name, whose case does not matter`,
      );
    }
    entries.set(name.toLowerCase(), [name, entry]);
  }
  const groupSettings = new Map<string, Settings[]>();
  const membersOf: Record<string, readonly string[]> = {};
  for (const [group, { targets: members, ...settings }] of Object.entries(groups)) {
    membersOf[group] = members;
    for (const member of new Set(members.map((name) => name.toLowerCase()))) {
      if (!entries.has(member)) {
        const reason = `groups.${group}.targets: ${member} is no target of this file (a line "${member}:" below targets makes it one)`;
        throw new TargetsFileError(file, reason);
      }
      const known = groupSettings.get(member);
      if (known === undefined) groupSettings.set(member, [settings]);
      else known.push(settings);
    }
  }
  return { defaults, entries, groups: membersOf, groupSettings };
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
  if ((key ?? knownHosts ?? password ?? jump ?? tls) === undefined) return settings;
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

function configured(content: Content, wanted: string, place: Place): ConfiguredTarget | null {
  const key = wanted.toLowerCase();
  const found = content.entries.get(key);
  if (found === undefined) return null;
  const [name, own] = found;
  const groups = content.groupSettings.get(key);
  const merged =
    groups === undefined && content.defaults === undefined
      ? (own ?? nothing)
      : (Object.assign({}, content.defaults, ...(groups ?? []).toReversed(), own) as typeof nothing);
  return placed({ ...merged, name, host: merged.host ?? name }, place);
}

const nothing: Settings & { readonly host?: string | undefined } = {};

function runsCommand({ password, jump }: ConfiguredTarget): boolean {
  const jumps = [jump ?? []].flat().map((each) => (typeof each === 'string' ? undefined : each.password));
  return [password, ...jumps].some((source) => typeof source === 'object' && 'command' in source);
}

/** What is known of a targets file beside its text. */
export interface TargetsReading {
  /** Why what the file says may be another's, whose commands are not run. */
  readonly writable?: string | null;
  /** What the file is, where somebody said so. */
  readonly format?: InventoryFormat | null;
}

/**
 * Reads a targets file's text. Paths in it are relative to it, and `~/` is `home`; `writable` says why what it says may
 * be another's, whose commands are not run. Throws a {@link TargetsFileError} that names the place of the first mistake.
 */
export function parseTargetsFile(
  text: string,
  file: string,
  home: string,
  { writable = null, format = null }: TargetsReading = {},
): TargetsFile {
  const content = checked(text, file, format);
  const place = { folder: dirname(file), home };
  return {
    names: Array.from(content.entries.values(), ([name]) => name),
    groups: content.groups,
    find: (wanted) => {
      const found = configured(content, wanted, place);
      if (found === null || writable === null || !runsCommand(found)) return found;
      const reason = `the password command of ${found.name} is not run, since ${writable}`;
      throw new TargetsFileError(file, reason);
    },
  };
}
