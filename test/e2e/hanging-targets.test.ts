import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { hasSshd, makeKey, sshdNote, startSshd } from '../fixtures/sshd';
import { Processes } from './processes';
import { launcher, Program } from './program';

/** What machines do that are there and of no use. */
const peers: Readonly<Record<string, (socket: Socket) => void>> = {
  mute: () => undefined,
  banner: (socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'),
  reset: (socket) => socket.resetAndDestroy(),
  closing: (socket) => socket.end(),
  garbage: (socket) => socket.write(Buffer.alloc(5000, 0x1b)),
};

const program = new Program();
const processes = new Processes();
const servers: Server[] = [];
const sockets = new Set<Socket>();
const file = join(program.home, 'targets.csv');
let rows: readonly string[] = [];

beforeAll(async () => {
  for (const behave of Object.values(peers)) {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      behave(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const [mute = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  rows = [
    'name,host,transport,port',
    ...Object.keys(peers).map(
      (name, at) => `${name},127.0.0.1,ssh,${(servers[at]?.address() as AddressInfo).port}`,
    ),
    ...Array.from({ length: 14 }, (_each, at) => `silent-${at},127.0.0.1,ssh,${mute}`),
  ];
  writeFileSync(file, `${rows.join('\n')}\n`);
});
afterAll(() => {
  processes.end();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  program.remove();
});

interface Result {
  readonly machine: string;
  readonly outcome: string;
  readonly step: string | null;
  readonly messages: readonly string[];
}
async function results(...words: readonly string[]): Promise<readonly Result[]> {
  const going = processes.start(process.execPath, [launcher, ...words, '--ndjson'], program.env);
  const { out, err } = await going.ended;
  // Many machines under way: nothing that all of them listen to complains of their number.
  expect(err).not.toContain('Warning');
  return out
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Result);
}

test.each([[['@all', '/dli']], [['fleet', 'scan', '@all']], [['@all', '/skms', 'kms.example']]])(
  'machines that hang, hang up or talk nonsense end in their time, and nothing was sent: %j',
  async (line) => {
    const limits = ['--accept-new', '--timeout', '2s', '--concurrency', '32'];
    const ended = await results(...line, '--targets', file, ...limits);
    expect(ended).toHaveLength(rows.length - 1);
    for (const { outcome, step, messages } of ended) {
      expect([outcome, step]).toEqual(['unreachable', expect.stringMatching(/^(?:tcp|command)$/)]);
      expect(messages.join(' ')).not.toMatch(/ABORT|defect/);
    }
  },
  60_000,
);

const testSshd = hasSshd ? test : test.skip;

testSshd(
  `in the middle of an answer ends in its time as well${sshdNote}`,
  async () => {
    const key = makeKey(program.home, 'key', 'ed25519');
    const play = ({ out }: { out: (text: string) => void }): void => out('{"v":1,');
    const sshd = await startSshd({ play, authorized: [`${key}.pub`] });
    try {
      const known = join(program.home, 'known');
      writeFileSync(known, sshd.knownHosts);
      const one = join(program.home, 'one.csv');
      writeFileSync(one, `name,host,transport,port,user\nhalf,127.0.0.1,ssh,${sshd.port},${sshd.user}\n`);
      const way = ['--targets', one, '--known-hosts', known, '--identity', key, '--timeout', '4s'];
      const [read] = await results('@all', '/dli', ...way);
      expect(read).toMatchObject({ outcome: 'unreachable', step: 'command' });
      // The machine was asked what it is, and no more.
      const [changed] = await results('@all', '/skms', 'kms.example', ...way);
      expect(changed).toMatchObject({ outcome: 'unreachable', step: 'command' });
    } finally {
      await sshd.stop();
    }
  },
  60_000,
);
