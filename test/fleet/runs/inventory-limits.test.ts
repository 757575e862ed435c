import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { InProcess } from '../../storm/in-process';

/** Machines that the inventory alone knows, all of them a server that hangs up, which counts who is there at once. */
const program = new InProcess(null);
let open = 0;
let most = 0;
let all = 0;
/** Nobody is let go before so many are there at once; null: each after a moment. */
let party: number | null = null;
const sockets = new Set<Socket>();
const letGo = (): void => sockets.forEach((socket) => socket.destroy());
const server = createServer((socket) => {
  all += 1;
  open += 1;
  most = Math.max(most, open);
  socket.on('error', () => undefined);
  sockets.add(socket);
  socket.once('close', () => {
    open -= 1;
    sockets.delete(socket);
  });
  if (party === null) setTimeout(() => socket.destroy(), 40);
  else if (open >= party) letGo();
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const file = join(program.files, 'targets.yaml');
  const names = ['B', 'N'].flatMap((site) => [1, 2, 3, 4, 5, 6].map((each) => `${site}-${each}`));
  const entries = names.map((name) => `  ${name}: {host: 127.0.0.1, port: ${port}, user: admin}\n`);
  writeFileSync(file, `targets:\n${entries.join('')}`, { mode: 0o600 });
  party = 12;
  await program.run(['fleet', 'scan', '@all', '--targets', file, '--concurrency', '12']);
  party = null;
  await program.ok('fleet', 'tag', 'B-*', 'site=Berlin');
  await program.ok('fleet', 'tag', 'N-*', 'site=bonn');
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
  program.remove();
});
beforeEach(() => {
  most = 0;
  all = 0;
});

test.each([[['@all', '/xpr']], [['check-connection', '@all']]])(
  '--per-site goes by the tag where nothing else says where a machine is: %j',
  async (line) => {
    party = 12;
    await program.run([...line, '--concurrency', '12', '--no-record']);
    expect([all, most]).toEqual([12, 12]);
    party = null;
    most = 0;
    const { err } = await program.run([...line, '--concurrency', '12', '--per-site', '1', '--no-record']);
    expect(err).toContain('12 machines: 12 unreachable');
    expect([all, most <= 2]).toEqual([24, true]);
  },
);

test('three machines of the inventory in front of a verb are no user and password', async () => {
  const { status, out, err } = await program.run(['B-1', 'B-2', 'N-1', '/dli']);
  expect([status, out, all]).toEqual([1, '', 0]);
  expect(err).toContain('B-1, B-2, N-1 are three machines');
});
