import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal, tmuxIsHere } from '../fixtures/terminal';
import { launcher, Program } from './program';

// Programs start at a terminal of their own, on a computer that has other work.
jest.setTimeout(120_000);

const program = new Program();
const terminals: Terminal[] = [];
afterAll(() => {
  for (const terminal of terminals) terminal.close();
  program.remove();
});

/** A terminal in which a line of slmgr runs, and then says its status. */
function terminal(...words: readonly string[]): Terminal {
  const opened = new Terminal(
    { columns: 80, rows: 40 },
    [
      // The shell stays when Ctrl+C ends the program.
      'trap : INT',
      `cd ${program.home}`,
      `'${process.execPath}' '${launcher}' ${words.join(' ')}`,
      'echo "status $?"',
      'sleep 300',
    ],
    { ...program.env, TERM: 'xterm' },
  );
  terminals.push(opened);
  return opened;
}

const says = (text: string) => (lines: readonly string[]) => lines.some((line) => line.includes(text));
const atTerminal = tmuxIsHere ? test : test.skip;
const note = tmuxIsHere ? '' : ' (skipped: no tmux here)';

atTerminal(
  `forecast init asks one question after the other and writes what was answered${note}`,
  async () => {
    const screen = terminal('forecast', 'init', '--out', 'asked.yaml');
    const answers: readonly (readonly [question: string, answer: string])[] = [
      ['Which Windows do the clients have [Windows 11 Enterprise]?', ''],
      ['How many are always on [100]?', '40'],
      ['How many laptops come home only now and then [0]?', '7'],
      ['Every how many days [30]?', '14'],
      ['How many KMS hosts are there [2]?', '1'],
      ['Which Windows do they have [Windows Server 2022 Standard]?', ''],
      ['For how many days is the first of them down [10]?', '0'],
      ['How many days are to be looked at [365]?', '90'],
    ];
    for (const [question, answer] of answers) {
      expect(await screen.until(says(question))).toContainEqual(expect.stringContaining(question));
      for (const key of answer) screen.press(key);
      screen.press('Enter');
    }
    expect(await screen.until(says('status '))).toContain('status 0');
    expect(readFileSync(join(program.home, 'asked.yaml'), 'utf8')).toContain('count: 7');
    expect(program.run('forecast', join(program.home, 'asked.yaml')).stdout).toContain(
      '47 machines, 90 days',
    );
  },
);

atTerminal(`Ctrl+C at a question ends it, and nothing is written${note}`, async () => {
  const screen = terminal('forecast', 'init', '--out', 'broken-off.yaml');
  await screen.until(says('Which Windows do the clients have'));
  screen.press('C-c');
  expect((await screen.until(says('status '))).join()).toContain('status 130');
  expect(existsSync(join(program.home, 'broken-off.yaml'))).toBe(false);
});

atTerminal(
  `a long forecast says how far it is; Ctrl+C ends it at once, with nothing of that left${note}`,
  async () => {
    const scenario = {
      version: 1,
      start: '2026-01-05T08:00:00Z',
      days: 3650,
      sites: { hq: { clients: [{ product: 'Windows 7 Enterprise', count: 300_000 }], hosts: ['k1'] } },
      hosts: { k1: { product: 'Windows Server 2008 R2 Standard' } },
    };
    writeFileSync(join(program.home, 'long.yaml'), JSON.stringify(scenario));
    const screen = terminal('forecast', 'long.yaml');
    const during = await screen.until((lines) => lines.some((line) => /^day \d+ of 3650$/.test(line)));
    expect(during).toContainEqual(expect.stringMatching(/^day \d+ of 3650$/));
    screen.press('C-c');
    expect(await screen.until(says('status '))).toEqual(['slmgr: Interrupted: no answer.', 'status 130']);
  },
);
