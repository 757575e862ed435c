import { listed } from './argv/listed';
import { optionSpec, type OptionName } from './options';

/** What the value of an option is; completion offers what fits, help says limits and units. */
export type OptionValue =
  /** One of a few words. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** A whole number within limits. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly unit?: string }
  /** A length of time: a number with ms, s, m, h or d, a bare number is seconds. */
  | { readonly kind: 'duration'; readonly may?: 'be negative' }
  | { readonly kind: 'machine' }
  | { readonly kind: 'product' }
  | { readonly kind: 'file' }
  /** Free text; `form` says how it is written, where that is not told by the value's word. */
  | { readonly kind: 'text'; readonly form?: string };

/** What help, completion, the manual and the documentation say of an option. */
export interface OptionText {
  /** Begins with a capital, ends without a full stop. */
  readonly summary: string;
  /** Null for a switch. */
  readonly value: OptionValue | null;
  /** What holds where the option is not given, in words; null where that is nothing, or told by the summary. */
  readonly default: string | null;
}

function aSwitch(summary: string): OptionText {
  return { summary, value: null, default: null };
}

function takes(value: OptionValue, summary: string, usual: string | null = null): OptionText {
  return { summary, value, default: usual };
}

function words(...all: readonly string[]): OptionValue {
  return { kind: 'words', words: all };
}

function number(least: number, most: number, unit?: string): OptionValue {
  return { kind: 'number', least, most, ...(unit === undefined ? {} : { unit }) };
}

function text(form?: string): OptionValue {
  return { kind: 'text', ...(form === undefined ? {} : { form }) };
}

const file: OptionValue = { kind: 'file' };
const machine: OptionValue = { kind: 'machine' };
const product: OptionValue = { kind: 'product' };
const duration: OptionValue = { kind: 'duration' };

const days = 'a whole number of days from 0 to 100000, or PATTERN=DAYS for products whose name fits';

/** By option; complete, since the compiler counts them. */
export const optionTexts: Readonly<Record<OptionName, OptionText>> = {
  json: aSwitch('Print one JSON document instead of text'),
  strict: aSwitch('End non-zero whenever an error was printed'),
  help: aSwitch('Show help for a verb or a command'),
  version: aSwitch('Show the version, Node and the store driver'),
  debug: aSwitch('Say on standard error what is done (never a secret)'),
  color: aSwitch('Colour even where standard output is no terminal'),
  'no-color': aSwitch('No colour on a terminal (NO_COLOR does the same)'),

  'dry-run': aSwitch('Print the calls that a changing verb would make; change nothing'),
  snapshot: takes(file, 'Answer from the recorded machine in FILE'),
  targets: takes(
    file,
    'Read machines from FILE (YAML, Ansible, CSV, a list); csv:FILE, ansible:FILE, hosts:FILE say which, - is standard input',
    'slmgr/targets.yaml in the folder of the configuration',
  ),
  transport: takes(words('ssh', 'winrm', 'winrms'), 'How to reach a machine', 'as its target says, else ssh'),
  timeout: takes(
    duration,
    'Give up on a machine after this time, for each step over SSH, for the whole verb over WinRM',
    'connecting 15s, signing in 20s, a command 2m; over WinRM 10m',
  ),
  identity: takes(file, 'SSH private key', 'the key agent, then the keys that ~/.ssh/config names'),
  'known-hosts': takes(file, 'File of known SSH host keys', '~/.ssh/known_hosts'),
  'accept-new': aSwitch('Accept and remember the key of an unknown SSH host'),
  'password-file': takes(file, 'File with the password (checked permissions)'),
  'password-command': takes(text(), 'Program that prints the password'),
  'ca-file': takes(file, 'Certificates to trust for HTTPS', 'those that Node trusts'),
  'cert-file': takes(file, 'Client certificate for HTTPS'),
  'key-file': takes(file, 'Private key of the client certificate'),
  fingerprint: takes(text('64 hexadecimal digits'), "Pin the HTTPS server's certificate"),
  auth: takes(
    words('basic', 'ntlm', 'kerberos', 'certificate'),
    'WinRM authentication',
    'certificate with --cert-file, else ntlm',
  ),
  insecure: aSwitch('Allow what the message that names this option warns of'),
  cidr: takes(
    text('10.1.0.0/24, 2001:db8::/120'),
    'The addresses of a block, beside what the expression means',
  ),
  rerun: takes(
    text('failed, unreachable, unknown, not-run, changed, ok; several with commas'),
    'The machines of the last run that ended so; with an expression, those of it',
  ),
  where: takes(
    text('status != licensed and days < 30 and tag.site = berlin'),
    'Only machines of the inventory that fulfil this (docs/inventory.md)',
  ),
  exclude: takes(text('an expression of machines, or blocks of addresses'), 'Leave these machines out'),
  pick: takes(number(1, 1_000_000), 'So many of them, at random', 'all'),
  'pick-first': takes(number(1, 1_000_000), 'The first so many of them', 'all'),
  yes: aSwitch('On many machines, do not ask before a verb that cannot be taken back'),
  concurrency: takes(
    text('a number from 1 to 4096, or auto'),
    'How many machines are under way at once',
    'auto: by processors, open files and memory',
  ),
  'per-site': takes(
    number(1, 4096),
    'How many machines of one site are under way at once (site of a targets file, column or variable of an inventory)',
    'as many as --concurrency',
  ),
  batch: takes(
    text('numbers or percentages, the last one again and again'),
    'On many machines, go in steps: --max-fail is looked at between them',
    'all at once',
  ),
  'max-fail': takes(
    text('a number, or a percentage of those that had their turn'),
    'Begin no further machine where more than these failed',
  ),
  deadline: takes(duration, 'Time for all machines together; what is under way then is broken off', 'none'),
  retries: takes(
    number(0, 20),
    'Try a machine that was unreachable again so often, with growing pauses',
    '0',
  ),
  live: aSwitch('On many machines, print lines as they come, each with the name of its machine'),
  diff: aSwitch('On many machines, print what differs from the largest group'),
  ndjson: aSwitch('Print JSON lines as results come; of a run over machines, the last is the summary'),
  record: aSwitch(
    'Remember in the inventory what this machine says; runs on many machines do so by themselves',
  ),
  'no-record': aSwitch('Leave the inventory out; the run itself is noted'),
  shared: aSwitch('Hand the run to the workers of a team (slmgr fleet worker) and follow it'),
  sites: aSwitch('With --shared, machines that have a site are for the workers of that site alone'),
  store: takes(
    text('postgres://USER@HOST/NAME'),
    "A team's inventory, in place of this user's own",
    'SLMGR_FLEET_STORE, else fleet.db in the data folder',
  ),

  domain: takes(text('an empty word for none'), 'DNS domain'),
  now: takes(
    text('ISO 8601, UTC where it names no zone'),
    'The estate\'s time; it then stands still until "slmgr lab clock" moves it',
    'the real time, which goes on',
  ),
  seed: takes(number(0, 2 ** 32 - 1), 'Seed of everything random in the estate', 'a random one'),
  'without-log': aSwitch('Leave out event logs and request logs'),
  force: aSwitch('Overwrite what is there'),
  product: takes(product, 'Product, as "slmgr keys" lists it'),
  count: takes(number(1, 100_000), 'How many machines: NAME-001, NAME-002 ...', 'one, called NAME'),
  channel: takes(
    words('volume', 'mak', 'retail', 'oem', 'eval'),
    'The key that a machine comes with',
    'volume',
  ),
  vm: aSwitch('A virtual machine'),
  elevated: takes(words('yes', 'no'), 'Whether commands run elevated on the machine'),
  'clock-skew': takes(
    { kind: 'duration', may: 'be negative' },
    "How far the machine's clock is ahead (or, negative, behind)",
  ),
  slic: takes(words('none', 'marker', 'no-marker'), "The BIOS' SLIC table"),
  'dns-suffix': takes(text('an empty word for none'), 'Primary DNS suffix; several: the search list'),
  firewall: takes(
    text('off, or on with ",kms" (port 1688), ",wmi" and ",PORT" behind it'),
    'What other machines may reach',
  ),
  'kms-update': takes(words('yes', 'no'), 'KMS update for host keys of newer systems (KMS 1.2)'),
  subscription: takes(
    text(
      'none, or user, device or azure with ",active", ",not-active", ",disabled" or ",expired" and ",DATE" behind it',
    ),
    'Edition by subscription',
  ),
  type: takes(words('csvlk', 'mak', 'retail'), 'Kind of key: csvlk for a KMS host'),
  for: takes(product, 'Product that the key is for'),
  pool: takes(number(1, 1_000_000), 'Activations that a MAK allows', '50'),
  exception: aSwitch('The call centre makes an exception: one more activation of a key that is used up'),
  license: takes(file, 'Write the issuance licence to FILE, for /ilc'),
  pin: takes(text('at most 64 characters'), 'PIN of the certificate', 'a certificate without one'),
  id: takes(number(0, 99_999), 'Only events of this ID'),
  ttl: takes(number(0, 2 ** 31 - 1, 'seconds'), 'Time to live of a record', '3600'),
  last: takes(number(1, 1_000_000), 'Only the last ones', 'all'),
  since: takes(text('a length of time such as 1d, or ISO 8601'), 'Only events since then', 'all'),
  tsv: aSwitch('Print tab-separated lines, a head first, for programs'),
  folded: aSwitch('Print the names in one line, with ranges'),
  'expiring-days': takes(number(1, 3650, 'days'), 'What ends within this time is a finding', '30'),
  'not-seen-days': takes(number(1, 3650, 'days'), 'What was not read for this time is a finding', '30'),
  'kms-hosts': takes(
    text('names with commas'),
    'KMS hosts that clients may use',
    'those that the inventory knows as KMS hosts',
  ),
  'as-of': takes(text('ISO 8601, UTC where it names no zone'), 'What was known at that time'),
  columns: takes(text('names with commas; tag.KEY is one too'), 'Columns to show, in this order'),
  sort: takes(
    text('names of columns with commas, - in front for descending'),
    'Sort by these columns',
    'name',
  ),
  follow: aSwitch('Go on printing what is new: events until a signal, a shared run to its end'),
  site: takes(
    text('names of sites'),
    'Take the machines of these sites alone, of runs with --sites',
    'those of all other runs',
  ),
  'warn-days': takes(text(days), 'Warn where fewer days are left', '30'),
  'crit-days': takes(text(days), 'Critical where fewer days are left', '7'),
  format: takes(
    words('nagios', 'checkmk', 'prometheus', 'html', 'csv', 'json', 'text'),
    'Form of what is printed',
  ),
  out: takes(file, 'Write to FILE, whole or not at all', 'standard output'),
  grade: takes(
    words('full', 'nameless', 'minimal'),
    'How much of the machines leaves with the file: everything, everything but names, the least',
  ),
  from: takes(
    file,
    'Take confirmation IDs from FILE: a table (CSV), a CIL that VAMT filled, or a file of "slmgr fleet proxy collect"',
  ),
  telephone: takes(words('lab'), 'Ask this telephone for confirmation IDs'),
  listen: takes(text('an IPv4 or IPv6 address'), 'Address to listen on', '127.0.0.1'),
  advertise: takes(
    text('an IPv4 or IPv6 address'),
    'Address to publish in DNS',
    'the one that the host listens on',
  ),
  metrics: takes(number(1, 65_535), 'Prometheus metrics on this loopback port', 'none'),
  'log-level': takes(words('debug', 'info', 'warn', 'error'), 'What is worth a line of the log', 'info'),
  watch: aSwitch('Show again every second until a signal'),
  'max-events': takes(number(1, 1_000_000), 'End after so many lines of what happened', 'a signal ends it'),
  once: aSwitch('One request now, whatever the timers say'),
  clients: takes(number(1, 1_000_000), 'Number of different clients', '50'),
  connections: takes(
    number(1, 20_000),
    'Connections kept open, one request outstanding on each',
    'one for each request',
  ),
  rate: takes(number(1, 1_000_000, 'requests or connections per second'), 'How fast to ask'),
  duration: takes(duration, 'How long to go on'),
  bind: aSwitch('As lines of a BIND zone file'),
  windows: aSwitch('As commands for a Windows DNS server'),
  server: takes(
    text('port 53 where none is named'),
    'DNS server',
    'the one of the estate or of this computer',
  ),
  key: takes(file, "TSIG key in BIND's own form", 'updates are not signed'),
  'built-in': aSwitch("The estate's own zone"),
  machine: takes(machine, 'Only on this machine', 'on every machine'),
  standard: aSwitch('A standard user, no administrator'),
  'password-stdin': aSwitch('Read the password from standard input'),
  ssh: takes(number(0, 65_535), 'SSH port; 0 for a free one', servedPorts('2222')),
  winrm: takes(number(0, 65_535), 'WinRM port; 0 for a free one', servedPorts('5985')),
  winrms: takes(number(0, 65_535), 'WinRM port, HTTPS; 0 for a free one', servedPorts('5986')),
  'targets-out': takes(file, 'Write a targets file that names what is served'),
  powershell: takes(
    file,
    'Give PowerShell scripts to this PowerShell 7, confined (Linux)',
    'the simulated PowerShell',
  ),
  stdio: aSwitch('Speak on standard input and output'),
  'from-lab': aSwitch('The scenario is that of the machines of the laboratory'),
  'from-inventory': aSwitch(
    'The scenario is that of the machines of the inventory, or of those that an expression means',
  ),
  compare: takes(file, 'Play this scenario as well and show both side by side'),
  runs: takes(number(1, 10_000), 'Play so many times, each with the next seed, on all processors', 'once'),
  add: aSwitch('Remember in the inventory what was found'),
  scan: aSwitch('Read what was found at once, and remember it'),
  ports: takes(text('ssh=22,winrm=5985,winrms=5986'), 'Ports to look at in place of the usual ones'),
  user: takes(text('user@domain, DOMAIN\\user or a DN'), 'Who signs in to the directory'),
  kerberos: aSwitch('Sign in with the ticket that kinit got; --user chooses one of several'),
  known: takes(text('an expression of machines: @all, @branch'), 'Leave out who is known already'),
  dc: takes(
    text('port 636, or 389 with --start-tls, where none is named'),
    'Domain controller to ask',
    'one that DNS names',
  ),
  'start-tls': aSwitch('LDAP with StartTLS in place of LDAPS'),
  ou: takes(text('OU=Berlin,OU=Clients'), 'Only computers below this organisational unit'),
  filter: takes(text('(operatingSystem=Windows 11*)'), 'Only computers that this LDAP filter fits'),
  'with-disabled': aSwitch('Computers whose account is disabled as well'),
  'logon-days': takes(
    number(1, 3650, 'days'),
    'Only computers that signed in within this time; the directory notes it up to 14 days late',
  ),
  csv: takes(file, 'Write the series to FILE as CSV'),
  html: takes(file, 'Write a page with charts to FILE'),
};

function servedPorts(usual: string): string {
  return `${usual} where no port is given, else not served`;
}

/** The option as help shows it: `--count N`. */
export function optionWords(name: OptionName): string {
  const { value } = optionSpec(name);
  return `--${name}${value === null ? '' : ` ${value}`}`;
}

/** Everything about an option in a line: what it does, its values with their unit, how often, what is usual. */
export function optionMeaning(name: OptionName, said: OptionText = optionTexts[name]): string {
  const { summary, value, default: usual } = said;
  const values = value === null ? null : valuesOf(value, optionSpec(name).value);
  const facts = [
    ...(values === null ? [] : [values]),
    ...(optionSpec(name).repeatable === true ? ['may stand more than once'] : []),
    ...(usual === null ? [] : [`default: ${usual}`]),
  ];
  return facts.length === 0 ? summary : `${summary} (${facts.join('; ')})`;
}

/** Null where the word behind the option says it already. */
function valuesOf(value: OptionValue, shown: string | null): string | null {
  switch (value.kind) {
    case 'words':
      return value.words.join('|') === shown ? null : listed(value.words, 'or');
    case 'number':
      return `${value.unit === undefined ? '' : `${value.unit}, `}${value.least} to ${value.most}`;
    case 'duration':
      return value.may === undefined ? '500ms, 30s, 2m, 1h, 7d' : '5h, -30m';
    case 'text':
      return value.form ?? null;
    case 'machine':
    case 'product':
    case 'file':
      return null;
  }
}
