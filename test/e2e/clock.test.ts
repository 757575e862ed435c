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
