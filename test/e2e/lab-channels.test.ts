import { Program } from './program';

let program: Program;

beforeEach(() => {
  program = new Program();
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
});

afterEach(() => program.remove());

test('an evaluation: its text, its end, its shutdown and its rearm', () => {
  program.ok('lab', 'add', 'TRIAL', '--product', 'Windows Server 2022 Standard', '--channel', 'eval');
  const before = program.ok('TRIAL', '/dlv');
  expect(before).toContain('Description: Windows(R) Operating System, TIMEBASED_EVAL channel');
  expect(before).toContain('License Status: Licensed');
  expect(before).toContain('Timebased activation expiration: 259200 minute(s) (180 day(s))');
  expect(before).toContain('Remaining Windows rearm count: 6');
  expect(program.ok('TRIAL', '/xpr')).toMatch(/Timebased activation will expire /);
  program.ok('lab', 'clock', 'advance', '180d');
  expect(program.ok('TRIAL', '/dli')).toContain('License Status: Unlicensed');
  program.ok('lab', 'clock', 'advance', '1h');
  const shown = JSON.parse(program.ok('lab', 'show', 'TRIAL', '--json')) as {
    data: { running: boolean; products: readonly { channel: string }[] };
  };
  expect(shown.data).toMatchObject({ running: false, products: [{ channel: 'evaluation' }] });
  expect(program.ok('lab', 'events', 'TRIAL', '--id', '100')).toMatch(/shut down every hour/);
  program.ok('lab', 'start', 'TRIAL');
  program.ok('TRIAL', '/rearm');
  program.ok('lab', 'restart', 'TRIAL');
  expect(program.ok('TRIAL', '/dlv')).toContain('259200 minute(s) (180 day(s))');
});

test('an OEM machine: licensed by its firmware', () => {
  program.ok('lab', 'add', 'LAPTOP', '--product', 'Windows 11 Pro', '--channel', 'oem');
  const text = program.ok('LAPTOP', '/dlv');
  expect(text).toContain('OEM_DM channel');
  expect(text).toContain('Product Key Channel: OEM:DM');
  expect(text).toContain('License Status: Licensed');
  expect(program.ok('LAPTOP', '/xpr')).toContain('The machine is permanently activated.');
  expect(program.ok('lab', 'show', 'LAPTOP')).toMatch(/Key in the firmware:\s+LABP1/);
});

test('an edition that has no evaluation is told so, and nothing is added', () => {
  const refused = program.run('lab', 'add', 'PC', '--product', 'Windows 11 Pro', '--channel', 'eval');
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('no evaluation of') as string });
  expect(program.ok('lab', 'list', '--json')).toContain('"machines":[]');
});
