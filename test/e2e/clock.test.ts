import { once } from 'node:events';
import { Program } from './program';

let program: Program;

beforeEach(() => {
  program = new Program();
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
});

afterEach(() => program.remove());

test('five processes that move the clock by an hour at once move it by five', async () => {
  program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise', '--count', '40');
  const running = Array.from({ length: 5 }, () => program.start('lab', 'clock', 'advance', '1h'));
  const ended = await Promise.all(running.map((child) => once(child, 'close')));
  expect(ended.map(([status]) => status as number)).toEqual([0, 0, 0, 0, 0]);
  expect(program.ok('lab', 'clock')).toBe('2026-01-05T13:00:00.000Z held\n');
});

test('processes that change the estate in different ways at once, the clock among them, lose nothing', async () => {
  program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Standard');
  program.ok('lab', 'add', 'SRV', '--product', 'Windows Server 2022 Standard', '--count', '3');
  const key = program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2022 Standard');
  program.ok('KMS01', '/ipk', key.trim());
  program.ok('KMS01', '/ato');
  const lines = [
    ['lab', 'clock', 'advance', '90m'],
    ['lab', 'clock', 'advance', '30m'],
    ['lab', 'add', 'NEW', '--product', 'Windows 11 Enterprise', '--count', '3'],
    ['lab', 'registry', 'SRV-001', 'set', 'SkipRearm', '1'],
    ['SRV-002', '/skms', 'kms01.lab.example:1688'],
    ['SRV-003', '/rearm'],
  ];
  const ended = await Promise.all(lines.map((words) => once(program.start(...words), 'close')));
  expect(ended.map(([status], i) => [lines[i], status as number])).toEqual(lines.map((words) => [words, 0]));
  expect(program.ok('lab', 'clock')).toBe('2026-01-05T10:00:00.000Z held\n');
  const { machines } = program.data<{ machines: readonly { name: string }[] }>('lab', 'list');
  expect(machines.map(({ name }) => name).sort()).toEqual(
    ['KMS01', 'NEW-001', 'NEW-002', 'NEW-003', 'SRV-001', 'SRV-002', 'SRV-003'].sort(),
  );
  expect(machines.find(({ name }) => name === 'SRV-003')).toMatchObject({ restartWanted: true });
  expect(program.ok('lab', 'registry', 'SRV-001', 'get', 'SkipRearm')).toBe('1\n');
  expect(program.ok('lab', 'registry', 'SRV-002', 'get', 'KeyManagementServiceName')).toBe(
    'kms01.lab.example\n',
  );
  // Each server has asked at its start and again in these two hours, and each request is in the host's log and its count.
  const asked = program.data<{ events: readonly unknown[] }>(
    'lab',
    'events',
    'KMS01',
    '--id',
    '12290',
  ).events;
  expect(program.ok('KMS01', '/dli')).toContain(`Total requests received: ${asked.length}`);
}, 300_000);

test('the clock has an end, and is told so before anything moves', () => {
  program.ok('lab', 'clock', 'set', '2199-12-31T00:00:00Z');
  for (const words of [
    ['advance', '2d'],
    ['advance', '36500d'],
  ]) {
    expect(program.run('lab', 'clock', ...words)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('to the end of the year 2199') as string,
    });
  }
  expect(program.ok('lab', 'clock')).toBe('2199-12-31T00:00:00.000Z held\n');
});
