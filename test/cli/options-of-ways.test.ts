import { InProcess } from '../storm/in-process';

/** Options that would do nothing are refused, and those that do something are taken. */
const program = new InProcess(null);
beforeAll(async () => {
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  await program.ok('lab', 'add', 'PC-001', '--product', 'Windows 10 Enterprise');
});
afterAll(() => program.remove());

test.each([
  ['--identity', 'nofile'],
  ['--known-hosts', 'nofile'],
  ['--accept-new'],
  ['--auth', 'ntlm'],
  ['--ca-file', 'nofile'],
  ['--fingerprint', 'ab'],
  ['--insecure'],
])('a machine of the laboratory has no use for %s', async (...words) => {
  for (const line of [
    ['PC-001', '/dli'],
    ['lab://PC-001', '/upk'],
    ['check-connection', 'PC-001'],
    ['snapshot', 'PC-001'],
  ]) {
    const { status, out, err } = await program.run([...line, ...words]);
    expect([line, status, out]).toEqual([line, 1, '']);
    expect(err).toContain(
      `${words[0]} belongs to ways over a network, and PC-001 is a machine of the laboratory`,
    );
  }
});

test('--store goes with --record on a line to one machine, and with nothing else of it', async () => {
  const alone = await program.run(['PC-001', '/dli', '--store', 'postgres://nobody@127.0.0.1:1/none']);
  expect([alone.status, alone.out]).toEqual([1, '']);
  expect(alone.err).toContain('--store belongs to lines about many machines');
  const kept = await program.run([
    'PC-001',
    '/dli',
    '--record',
    '--store',
    'postgres://nobody@127.0.0.1:1/none',
  ]);
  expect(kept.err).not.toContain('belongs to');
  expect(kept.err).toContain('Nothing was sent');
});
