import { simulatedAddress } from '../../../../../lab/clockwork/names';
import { type MachineState } from '../../../../../lab/model/state';
import { NotSimulated } from '../../not-simulated';
import { type Action } from '../../process';
import { argumentsOf } from '../arguments';

/** `ipconfig [/all|/flushdns|/registerdns]`. */
export function ipconfig(tail: string): Action {
  const words = argumentsOf(tail);
  const [word = ''] = words;
  const kind = word.toLowerCase().replace(/^-/, '/');
  if (words.length > 1 || !['', '/all', '/flushdns', '/registerdns'].includes(kind))
    throw new NotSimulated(`ipconfig ${words.join(' ')}`);
  return {
    run: ({ machine }, io) => {
      const { system } = machine.programs;
      const title = '\r\nWindows IP Configuration\r\n\r\n';
      if (kind === '/flushdns') io.out(`${title}Successfully flushed the DNS Resolver Cache.\r\n`);
      else if (kind === '/registerdns') {
        if (!system.isAdministrator()) {
          io.out('The requested operation requires elevation.\r\n');
          return 1;
        }
        io.out(
          `${title}Registration of the DNS resource records for all adapters of this computer has been initiated. Any ` +
            'errors will be reported in the Event Viewer in 15 minutes.\r\n',
        );
      } else {
        const state = system.state();
        io.out(
          title +
            (kind === '/all' ? `${host(state)}\r\n` : '\r\n') +
            adapter(state, kind === '/all' ? system.dns.server.address : null),
        );
      }
      return 0;
    },
  };
}

/** Points stand in every second column; a label of even length touches the first of them. */
function line(label: string, value: string): string {
  const name = label.length % 2 === 0 ? label : `${label} `;
  return `   ${(name + '. '.repeat(20)).slice(0, 34)}: ${value}\r\n`;
}

function host({ name, dns, domain }: MachineState): string {
  const primary = dns.primary ?? domain ?? '';
  const suffixes = dns.searchList.length > 0 ? dns.searchList : primary === '' ? [] : [primary];
  const [first, ...more] = suffixes;
  return [
    line('Host Name', name),
    line('Primary Dns Suffix ', primary),
    line('Node Type', 'Hybrid'),
    line('IP Routing Enabled', 'No'),
    line('WINS Proxy Enabled', 'No'),
    ...(first === undefined ? [] : [line('DNS Suffix Search List', first)]),
    ...more.map((suffix) => `${' '.repeat(39)}${suffix}\r\n`),
  ].join('');
}

function adapter({ name, dns, domain }: MachineState, server: string | null): string {
  return [
    'Ethernet adapter Ethernet:\r\n\r\n',
    line('Connection-specific DNS Suffix ', dns.dhcp ?? dns.primary ?? domain ?? ''),
    line('IPv4 Address', simulatedAddress(name) + (server === null ? '' : '(Preferred) ')),
    line('Subnet Mask', '255.254.0.0'),
    line('Default Gateway', ''),
    ...(server === null ? [] : [line('DNS Servers', server)]),
  ].join('');
}
