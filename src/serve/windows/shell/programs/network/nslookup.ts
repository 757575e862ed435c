import { type DnsRecord } from '../../../../../lab/estate/store-port';
import { type MachineState } from '../../../../../lab/model/state';
import { NotSimulated } from '../../not-simulated';
import { type Action, type Io, type Process } from '../../process';
import { argumentsOf } from '../arguments';
import { type DnsReply, type MachineSystem } from '../../system';

type Wanted = DnsRecord['type'] | 'ANY';

const types: Readonly<Record<string, Wanted>> = {
  a: 'A',
  aaaa: 'AAAA',
  all: 'ANY',
  any: 'ANY',
  cname: 'CNAME',
  srv: 'SRV',
  txt: 'TXT',
};

/** `nslookup [-type=TYPE] NAME`: asks the DNS that the estate uses. The status is 0 whatever comes, as in Windows. */
export function nslookup(tail: string): Action {
  const words = argumentsOf(tail);
  let type: Wanted | null = null;
  const names: string[] = [];
  for (const word of words) {
    // Documents print a dash of the typographers in front of "type".
    const [, given] = /^[-–/](?:type|ty|querytype|q|qt)=(\w+)$/i.exec(word) ?? [];
    const known = given === undefined ? undefined : types[given.toLowerCase()];
    if (known !== undefined) type = known;
    else if (/^[-–/]/.test(word)) throw new NotSimulated(`nslookup ${word}`);
    else names.push(word);
  }
  const [name, ...more] = names;
  if (name === undefined) throw new NotSimulated('an interactive nslookup');
  if (more.length > 0) throw new NotSimulated(`nslookup with another server (${more.join(' ')})`);
  return { run: (process, io) => ask(process, io, { name, type }) };
}

async function ask(
  { machine }: Process,
  io: Io,
  { name, type }: { readonly name: string; readonly type: Wanted | null },
): Promise<number> {
  const { system } = machine.programs;
  const { server } = system.dns;
  io.out(`Server:  ${server.name}\r\nAddress:  ${server.address}\r\n\r\n`);
  let reply: DnsReply = { kind: 'no-name' };
  for (const candidate of candidates(name, system.state())) {
    reply = await answer(system, candidate, type);
    if (reply.kind === 'found' || reply.kind === 'no-server') break;
  }
  if (reply.kind === 'found') {
    io.out(type === null ? addressesText(reply.records) : recordsText([...reply.records, ...reply.more]));
    return 0;
  }
  io.err(`${reasons[reply.kind](name, server.name, type ?? 'A')}\r\n`);
  return 0;
}

const recordTitles: Readonly<Record<Wanted, string>> = {
  A: 'internet address (A)',
  AAAA: 'IPv6 address (AAAA)',
  ANY: 'any type of',
  CNAME: 'alias (CNAME)',
  SRV: 'service location (SRV)',
  TXT: 'text (TXT)',
};

const reasons = {
  'no-name': (name: string, server: string) => `*** ${server} can't find ${name}: Non-existent domain`,
  'no-records': (name: string, _: string, type: Wanted) =>
    `*** No ${recordTitles[type]} records available for ${name}`,
  'no-server': (_: string, server: string) =>
    `DNS request timed out.\r\n    timeout was 2 seconds.\r\n*** Request to ${server} timed-out`,
} as const;

/** Without a type addresses are asked for. */
async function answer(system: MachineSystem, name: string, type: Wanted | null): Promise<DnsReply> {
  if (type !== null) return await system.dns.lookUp(name, type);
  const reply = await system.dns.lookUp(name, 'ANY');
  if (reply.kind !== 'found') return reply;
  const records = [...reply.records, ...reply.more].filter(
    (each) => each.type === 'A' || each.type === 'AAAA',
  );
  return records.length === 0 ? { kind: 'no-records' } : { kind: 'found', records, more: [] };
}

/** Names that are tried in order: a final dot says that it is whole; else each suffix of the search list comes first. */
function candidates(name: string, { dns, domain }: MachineState): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const own = dns.primary ?? domain;
  const suffixes = dns.searchList.length > 0 ? dns.searchList : own === null ? [] : [own];
  const whole = suffixes.some((suffix) => name.toLowerCase().endsWith(`.${suffix.toLowerCase()}`));
  return whole ? [name] : [...suffixes.map((suffix) => `${name}.${suffix}`), name];
}

function addressesText(records: readonly DnsRecord[]): string {
  const [first] = records;
  const [one = '', ...more] = records.map(({ data }) => data);
  const heading = `Name:    ${first?.name ?? ''}\r\n`;
  if (more.length === 0) return `${heading}Address:  ${one}\r\n\r\n`;
  return `${heading}Addresses:  ${[one, ...more].join('\r\n\t  ')}\r\n\r\n`;
}

function recordsText(records: readonly DnsRecord[]): string {
  return `${records.map(recordText).join('')}\r\n`;
}

function recordText({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'SRV': {
      const [priority = '', weight = '', port = '', target = ''] = data.split(/\s+/);
      const line = (label: string, value: string): string => `          ${label.padEnd(15)}= ${value}\r\n`;
      return (
        `${name}\tSRV service location:\r\n` +
        line('priority', priority) +
        line('weight', weight) +
        line('port', port) +
        line('svr hostname', target.replace(/\.$/, ''))
      );
    }
    case 'A':
      return `${name}\tinternet address = ${data}\r\n`;
    case 'AAAA':
      return `${name}\tAAAA IPv6 address = ${data}\r\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${data.replace(/\.$/, '')}\r\n`;
    case 'TXT':
      return `${name}\ttext =\r\n\r\n\t"${data.replace(/^"|"$/g, '')}"\r\n`;
  }
}
