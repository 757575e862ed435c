/**
 * Every GNU long option of the program, as data. The splitter takes options (and their values) out of a command line
 * before anybody looks for a verb, so it must know all of them; help, completion, the manual and the documentation
 * read the same table.
 */
export interface OptionSpec {
  /** What the option takes: nothing, a word for the help text, or nothing but with a `--no-` form. */
  readonly value: string | null;
  readonly summary: string;
  /** `everywhere`: any command line; `verbs`: slmgr's verbs; `command`: the subcommands that name it. */
  readonly scope: 'everywhere' | 'verbs' | 'command';
  /** May stand more than once; the values form a list. */
  readonly repeatable?: true;
}

const everywhere = {
  json: { value: null, summary: 'Print one JSON document instead of text', scope: 'everywhere' },
  strict: { value: null, summary: 'End non-zero whenever an error was printed', scope: 'everywhere' },
  help: { value: null, summary: 'Show help for a command', scope: 'everywhere' },
  version: { value: null, summary: 'Show the version, Node and the store driver', scope: 'everywhere' },
  debug: { value: null, summary: 'Say on standard error what is done (never a secret)', scope: 'everywhere' },
  color: { value: null, summary: 'Colour even where standard output is no terminal', scope: 'everywhere' },
  'no-color': {
    value: null,
    summary: 'No colour on a terminal (NO_COLOR does the same)',
    scope: 'everywhere',
  },
} as const satisfies Record<string, OptionSpec>;

const verbs = {
  'dry-run': {
    value: null,
    summary: 'Print the calls that a changing verb would make; change nothing',
    scope: 'verbs',
  },
  snapshot: { value: 'FILE', summary: 'Answer from the recorded machine in FILE', scope: 'verbs' },
  targets: { value: 'FILE', summary: 'Read named targets from FILE', scope: 'verbs' },
  transport: { value: 'KIND', summary: 'How to reach a machine: ssh, winrm or winrms', scope: 'verbs' },
  timeout: { value: 'DURATION', summary: 'Give up on a machine after this time (30s)', scope: 'verbs' },
  identity: { value: 'FILE', summary: 'SSH private key', scope: 'verbs' },
  'known-hosts': { value: 'FILE', summary: 'File of known SSH host keys', scope: 'verbs' },
  'accept-new': {
    value: null,
    summary: 'Accept and remember the key of an unknown SSH host',
    scope: 'verbs',
  },
  'password-file': { value: 'FILE', summary: 'File with the password (checked permissions)', scope: 'verbs' },
  'password-command': { value: 'COMMAND', summary: 'Program that prints the password', scope: 'verbs' },
  'ca-file': { value: 'FILE', summary: 'Certificates to trust for HTTPS', scope: 'verbs' },
  'cert-file': { value: 'FILE', summary: 'Client certificate for HTTPS', scope: 'verbs' },
  'key-file': { value: 'FILE', summary: 'Private key of the client certificate', scope: 'verbs' },
  fingerprint: { value: 'SHA256', summary: "Pin the HTTPS server's certificate", scope: 'verbs' },
  auth: {
    value: 'METHOD',
    summary: 'WinRM authentication: basic, ntlm, kerberos or certificate',
    scope: 'verbs',
  },
  insecure: {
    value: null,
    summary: 'Allow what the message that names this option warns of',
    scope: 'verbs',
  },
} as const satisfies Record<string, OptionSpec>;

const commands = {
  domain: { value: 'DOMAIN', summary: 'DNS domain', scope: 'command' },
  now: {
    value: 'ISO',
    summary: "The estate's time; it then stands still until `lab clock` moves it",
    scope: 'command',
  },
  seed: { value: 'N', summary: 'Seed of everything random in the estate', scope: 'command' },
  force: { value: null, summary: 'Overwrite what is there', scope: 'command' },
  product: { value: 'NAME', summary: 'Product, as `slmgr keys` lists it', scope: 'command' },
  count: { value: 'N', summary: 'How many machines: NAME-001, NAME-002 ...', scope: 'command' },
  vm: { value: null, summary: 'A virtual machine', scope: 'command' },
  elevated: { value: 'yes|no', summary: 'Whether commands run elevated on the machine', scope: 'command' },
  'clock-skew': {
    value: 'DURATION',
    summary: "How far the machine's clock is ahead (or, negative, behind)",
    scope: 'command',
  },
  slic: { value: 'none|marker|no-marker', summary: "The BIOS' SLIC table", scope: 'command' },
  'dns-suffix': { value: 'DOMAIN', summary: 'Primary DNS suffix; an empty word for none', scope: 'command' },
  subscription: {
    value: 'KIND[,STATUS[,DATE]]',
    summary: 'Edition by subscription: user, device, azure, or none',
    scope: 'command',
  },
  type: { value: 'KIND', summary: 'Kind of key or record', scope: 'command' },
  for: { value: 'PRODUCT', summary: 'Product that the key is for', scope: 'command' },
  pool: { value: 'N', summary: 'Activations that a MAK allows', scope: 'command' },
  license: { value: 'FILE', summary: 'Write the issuance licence to FILE, for /ilc', scope: 'command' },
  pin: { value: 'PIN', summary: 'PIN of the certificate', scope: 'command' },
  id: { value: 'N', summary: 'Only events of this ID', scope: 'command', repeatable: true },
  ttl: { value: 'SECONDS', summary: 'Time to live of a record', scope: 'command' },
  since: { value: 'DURATION|ISO', summary: 'Only events since then', scope: 'command' },
  tsv: {
    value: null,
    summary: 'Print tab-separated lines, a head first, for programs',
    scope: 'command',
  },
  follow: { value: null, summary: 'Go on printing new events', scope: 'command' },
  'warn-days': {
    value: '[PATTERN=]N',
    summary: 'Warn where fewer days are left (30), of products that fit the pattern',
    scope: 'command',
    repeatable: true,
  },
  'crit-days': {
    value: '[PATTERN=]N',
    summary: 'Critical where fewer days are left (7), of products that fit the pattern',
    scope: 'command',
    repeatable: true,
  },
  format: { value: 'FORMAT', summary: 'nagios (default), checkmk or prometheus', scope: 'command' },
  out: { value: 'FILE', summary: 'Write to FILE, whole or not at all', scope: 'command' },
  priority: { value: 'N', summary: 'SRV priority', scope: 'command' },
  weight: { value: 'N', summary: 'SRV weight', scope: 'command' },
  port: { value: 'N', summary: 'TCP port', scope: 'command' },
  listen: { value: 'ADDR', summary: 'Address to listen on', scope: 'command' },
  advertise: { value: 'ADDR', summary: 'Address to publish', scope: 'command' },
  metrics: { value: 'PORT', summary: 'Prometheus metrics on this loopback port', scope: 'command' },
  'log-level': { value: 'LEVEL', summary: 'error, warn, info or debug', scope: 'command' },
  watch: { value: null, summary: 'Show again every second', scope: 'command' },
  once: { value: null, summary: 'One request now, whatever the timers say', scope: 'command' },
  clients: { value: 'N', summary: 'Number of different clients', scope: 'command' },
  connections: { value: 'N', summary: 'Connections kept open', scope: 'command' },
  rate: { value: 'N', summary: 'Requests per second', scope: 'command' },
  duration: { value: 'DURATION', summary: 'How long', scope: 'command' },
  bind: { value: null, summary: 'As lines of a BIND zone file', scope: 'command' },
  windows: { value: null, summary: 'As commands for a Windows DNS server', scope: 'command' },
  server: { value: 'ADDR:PORT', summary: 'DNS server', scope: 'command' },
  key: { value: 'FILE', summary: "TSIG key in BIND's own form", scope: 'command' },
  'built-in': { value: null, summary: "The estate's own zone", scope: 'command' },
  machine: { value: 'NAME', summary: 'Only on this machine', scope: 'command' },
  standard: { value: null, summary: 'A standard user, no administrator', scope: 'command' },
  'password-stdin': { value: null, summary: 'Read the password from standard input', scope: 'command' },
  ssh: { value: 'PORT', summary: 'SSH port', scope: 'command' },
  winrm: { value: 'PORT', summary: 'WinRM port', scope: 'command' },
  winrms: { value: 'PORT', summary: 'WinRM port, HTTPS', scope: 'command' },
  'targets-out': { value: 'FILE', summary: 'Write a targets file', scope: 'command' },
  stdio: { value: null, summary: 'Speak on standard input and output', scope: 'command' },
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

/** The entry of an option. */
export function optionSpec(name: OptionName): OptionSpec {
  return optionTable[name];
}
