/**
 * Every GNU long option of the program, as data. The splitter takes options (and their values) out of a command line
 * before anybody looks for a verb, so it must know all of them. What help says of them is in option-texts.ts, which a
 * start that needs no help does not load.
 */
export interface OptionSpec {
  /** What the option takes: nothing, a word for the help text, or nothing but with a `--no-` form. */
  readonly value: string | null;
  /** `everywhere`: any command line; `verbs`: slmgr's verbs; `command`: the subcommands that name it. */
  readonly scope: 'everywhere' | 'verbs' | 'command';
  /** May stand more than once; the values form a list. */
  readonly repeatable?: true;
  /** The option's letter behind the words of one command. */
  readonly short?: { readonly letter: string; readonly of: string };
}

const everywhere = {
  json: { value: null, scope: 'everywhere' },
  strict: { value: null, scope: 'everywhere' },
  help: { value: null, scope: 'everywhere' },
  version: { value: null, scope: 'everywhere' },
  debug: { value: null, scope: 'everywhere' },
  color: { value: null, scope: 'everywhere' },
  'no-color': {
    value: null,
    scope: 'everywhere',
  },
} as const satisfies Record<string, OptionSpec>;

const verbs = {
  'dry-run': {
    value: null,
    scope: 'verbs',
  },
  snapshot: { value: 'FILE', scope: 'verbs' },
  targets: { value: 'FILE', scope: 'verbs', repeatable: true },
  transport: { value: 'KIND', scope: 'verbs' },
  timeout: { value: 'DURATION', scope: 'verbs' },
  identity: { value: 'FILE', scope: 'verbs' },
  'known-hosts': { value: 'FILE', scope: 'verbs' },
  'accept-new': {
    value: null,
    scope: 'verbs',
  },
  'password-file': { value: 'FILE', scope: 'verbs' },
  'password-command': { value: 'COMMAND', scope: 'verbs' },
  'ca-file': { value: 'FILE', scope: 'verbs' },
  'cert-file': { value: 'FILE', scope: 'verbs' },
  'key-file': { value: 'FILE', scope: 'verbs' },
  fingerprint: { value: 'SHA256', scope: 'verbs' },
  auth: {
    value: 'METHOD',
    scope: 'verbs',
  },
  insecure: {
    value: null,
    scope: 'verbs',
  },
  cidr: { value: 'BLOCK', scope: 'verbs', repeatable: true },
  rerun: { value: 'OUTCOME', scope: 'verbs' },
  where: { value: 'CONDITION', scope: 'verbs' },
  exclude: { value: 'EXPRESSION', scope: 'verbs' },
  pick: { value: 'N', scope: 'verbs' },
  'pick-first': { value: 'N', scope: 'verbs' },
  yes: { value: null, scope: 'verbs' },
  concurrency: { value: 'N|auto', scope: 'verbs' },
  'per-site': { value: 'N', scope: 'verbs' },
  batch: { value: 'N,N,P%', scope: 'verbs' },
  'max-fail': { value: 'N|P%', scope: 'verbs' },
  deadline: { value: 'DURATION', scope: 'verbs' },
  retries: { value: 'N', scope: 'verbs' },
  live: { value: null, scope: 'verbs' },
  diff: { value: null, scope: 'verbs' },
  ndjson: { value: null, scope: 'verbs' },
  record: { value: null, scope: 'verbs' },
  'no-record': { value: null, scope: 'verbs' },
  shared: { value: null, scope: 'verbs' },
  sites: { value: null, scope: 'verbs' },
  store: { value: 'URL', scope: 'verbs' },
} as const satisfies Record<string, OptionSpec>;

const commands = {
  domain: { value: 'DOMAIN', scope: 'command' },
  now: {
    value: 'ISO',
    scope: 'command',
  },
  seed: { value: 'N', scope: 'command' },
  'without-log': { value: null, scope: 'command' },
  force: { value: null, scope: 'command' },
  product: { value: 'NAME', scope: 'command' },
  count: { value: 'N', scope: 'command' },
  channel: { value: 'volume|mak|retail|oem|eval', scope: 'command' },
  vm: { value: null, scope: 'command' },
  elevated: { value: 'yes|no', scope: 'command' },
  'clock-skew': {
    value: 'DURATION',
    scope: 'command',
  },
  slic: { value: 'none|marker|no-marker', scope: 'command' },
  'dns-suffix': { value: 'DOMAIN[,DOMAIN...]', scope: 'command' },
  firewall: { value: 'off|on[,kms][,wmi][,PORT...]', scope: 'command' },
  'kms-update': { value: 'yes|no', scope: 'command' },
  subscription: {
    value: 'KIND[,STATUS[,DATE]]',
    scope: 'command',
  },
  type: { value: 'KIND', scope: 'command' },
  for: { value: 'PRODUCT', scope: 'command' },
  pool: { value: 'N', scope: 'command' },
  exception: { value: null, scope: 'command' },
  license: { value: 'FILE', scope: 'command' },
  pin: { value: 'PIN', scope: 'command' },
  id: { value: 'N', scope: 'command', repeatable: true },
  ttl: { value: 'SECONDS', scope: 'command' },
  last: { value: 'N', scope: 'command', short: { letter: 'n', of: 'lab events' } },
  since: { value: 'DURATION|ISO', scope: 'command' },
  tsv: {
    value: null,
    scope: 'command',
  },
  folded: { value: null, scope: 'command' },
  columns: { value: 'NAMES', scope: 'command' },
  'as-of': { value: 'ISO', scope: 'command' },
  'expiring-days': { value: 'N', scope: 'command' },
  'not-seen-days': { value: 'N', scope: 'command' },
  'kms-hosts': { value: 'NAMES', scope: 'command' },
  sort: { value: 'NAMES', scope: 'command' },
  follow: { value: null, scope: 'command' },
  site: { value: 'SITE,SITE', scope: 'command' },
  'warn-days': {
    value: '[PATTERN=]N',
    scope: 'command',
    repeatable: true,
  },
  'crit-days': {
    value: '[PATTERN=]N',
    scope: 'command',
    repeatable: true,
  },
  format: { value: 'FORMAT', scope: 'command' },
  out: { value: 'FILE', scope: 'command' },
  grade: { value: 'full|nameless|minimal', scope: 'command' },
  from: { value: 'FILE', scope: 'command' },
  telephone: { value: 'lab', scope: 'command' },
  listen: { value: 'ADDR', scope: 'command' },
  advertise: { value: 'ADDR', scope: 'command' },
  metrics: { value: 'PORT', scope: 'command' },
  'log-level': { value: 'LEVEL', scope: 'command' },
  watch: { value: null, scope: 'command' },
  'max-events': { value: 'N', scope: 'command' },
  once: { value: null, scope: 'command' },
  clients: { value: 'N', scope: 'command' },
  connections: { value: 'N', scope: 'command' },
  rate: { value: 'N', scope: 'command' },
  duration: { value: 'DURATION', scope: 'command' },
  bind: { value: null, scope: 'command' },
  windows: { value: null, scope: 'command' },
  server: { value: 'ADDR:PORT', scope: 'command' },
  key: { value: 'FILE', scope: 'command' },
  'built-in': { value: null, scope: 'command' },
  machine: { value: 'NAME', scope: 'command' },
  standard: { value: null, scope: 'command' },
  'password-stdin': { value: null, scope: 'command' },
  ssh: { value: 'PORT', scope: 'command' },
  winrm: { value: 'PORT', scope: 'command' },
  winrms: { value: 'PORT', scope: 'command' },
  'targets-out': { value: 'FILE', scope: 'command' },
  powershell: { value: 'PATH', scope: 'command' },
  stdio: { value: null, scope: 'command' },
  'from-lab': { value: null, scope: 'command' },
  'from-inventory': { value: null, scope: 'command' },
  compare: { value: 'FILE', scope: 'command' },
  runs: { value: 'N', scope: 'command' },
  add: { value: null, scope: 'command' },
  scan: { value: null, scope: 'command' },
  ports: { value: 'KIND=PORT,...', scope: 'command' },
  user: { value: 'USER', scope: 'command' },
  kerberos: { value: null, scope: 'command' },
  known: { value: 'EXPRESSION', scope: 'command' },
  dc: { value: 'HOST[:PORT]', scope: 'command' },
  'start-tls': { value: null, scope: 'command' },
  ou: { value: 'DN', scope: 'command' },
  filter: { value: 'FILTER', scope: 'command' },
  'with-disabled': { value: null, scope: 'command' },
  'logon-days': { value: 'N', scope: 'command' },
  csv: { value: 'FILE', scope: 'command' },
  html: { value: 'FILE', scope: 'command' },
} as const satisfies Record<string, OptionSpec>;

/** All options by name, in the order of the documentation. */
export const optionTable = { ...everywhere, ...verbs, ...commands } as const;
export type OptionName = keyof typeof optionTable;

/** Names of the options of some scopes, in the order of the table. */
export function optionNames(scopes: readonly OptionSpec['scope'][]): readonly OptionName[] {
  return (Object.keys(optionTable) as OptionName[]).filter((name) =>
    scopes.includes(optionTable[name].scope),
  );
}

/** Whether the table has an option of that name. */
export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name);
}

/** The option that a word such as `-n` is behind the words of a command; null for any other word. */
export function shortOption(word: string, words: readonly string[]): OptionName | null {
  const letter = /^-([a-z])$/.exec(word)?.[1];
  if (letter === undefined) return null;
  const command = words.slice(0, 2).join(' ').toLowerCase();
  const entries = Object.entries(optionTable) as [OptionName, OptionSpec][];
  return entries.find(([, { short }]) => short?.letter === letter && short.of === command)?.[0] ?? null;
}

/** The entry of an option. */
export function optionSpec(name: OptionName): OptionSpec {
  return optionTable[name];
}
