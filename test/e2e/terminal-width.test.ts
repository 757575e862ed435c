import { resolve } from 'node:path';
import { atWidth, tmuxIsHere } from '../fixtures/terminal';
import { Program } from './program';

const launcher = resolve(__dirname, '../../bin/slmgr');
const terminal = tmuxIsHere ? describe : describe.skip;

/** What prints tables or long lines, with the words of standard output and those that only a terminal gets. */
const shown = [
  'lab list',
  'lab show SRV-WITH-A-LONG-NAME',
  'lab settings',
  'lab events PC-001',
  'lab account list',
  'lab dns records',
  'keys server 2022',
  'keys 11',
  'check-connection no-such-machine.example',
  'no-such-machine.example /ato',
  'lab add --nonsense',
  'nonsense-without-a-verb',
  'help ato',
  'help lab mint-key',
];

terminal(`at a terminal${tmuxIsHere ? '' : ' (skipped: no tmux here)'}`, () => {
  const program = new Program();
  afterAll(() => program.remove());

  beforeAll(() => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    program.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', '3');
    const server = 'Windows Server 2022 Datacenter: Azure Edition';
    program.ok('lab', 'add', 'SRV-WITH-A-LONG-NAME', '--product', server, '--vm');
    program.ok('lab', 'clock', 'advance', '1d');
    program.ok('lab', 'dns', 'add', '_vlmcs._tcp', 'SRV', '0', '0', '1688', 'kms01.lab.example');
    const input = 'secret\n';
    program.runWith({ input }, 'lab', 'account', 'add', 'somebody.with-a-name', '--password-stdin');
  });

  test.each([60, 80, 120, 200])('nothing is broken inside a word in %i columns', async (columns) => {
    const commands = shown.flatMap((line) => [
      `echo "== ${line}"`,
      `${process.execPath} ${launcher} ${line}`,
    ]);
    const { lines, unbroken } = await atWidth(columns, commands, program.env);
    // Examples that are to be copied stay whole: they fit 80 columns.
    const kept = unbroken.filter((line) => line.length <= columns || !/^ {2}slmgr /.test(line));
    const rest = lines.filter((line) => columns >= 80 || kept.includes(line));
    expect(rest).toEqual(columns >= 80 ? unbroken : kept);
    expect(lines.filter((line) => line.startsWith('== '))).toEqual(shown.map((line) => `== ${line}`));
    expect(lines.length).toBeGreaterThan(10 * shown.length);
  });

  test('a wide terminal shows a table a row a line, a narrow one folds it with every word', async () => {
    const command = `${process.execPath} ${launcher} lab list`;
    const wide = (await atWidth(200, [command], program.env)).lines;
    expect(wide).toEqual(program.ok('lab', 'list').trimEnd().split('\n'));
    const wordsOf = (lines: readonly string[]): readonly string[] => lines.join(' ').split(/\s+/).sort();
    const folded = (await atWidth(80, [command], program.env)).lines;
    expect(folded.length).toBeGreaterThan(wide.length);
    expect(wordsOf(folded)).toEqual(wordsOf(wide));
  });

  test('what "run slui.exe 0x2a" would show stands in a line on standard error at a terminal, and nowhere else', async () => {
    const line = (words: string): string => `${process.execPath} ${launcher} ${words}`;
    const meaning = 'Operation not allowed. What to do: Restart the computer and try again.';
    const shown = await atWidth(120, [line('PC-001 /atp 123')], program.env);
    expect(shown.lines.join(' ')).toContain("run 'slui.exe 0x2a 0xC004F06A' to display the error text.");
    expect(shown.lines.at(-1)).toBe(meaning);
    const errors = await atWidth(120, [line('PC-001 /atp 123 > /dev/null')], program.env);
    expect(errors.lines).toEqual([meaning]);
    const words = await atWidth(120, [line('PC-001 /atp 123 2> /dev/null')], program.env);
    expect(words.lines.join(' ')).not.toContain(meaning);
    expect(program.run('PC-001', '/atp', '123').stderr).toBe('');
    // An error that slmgr itself has a sentence for needs no other.
    const own = await atWidth(120, [line('PC-001 /ipk AAAAA-BBBBB-CCCCC-DDDDD-EEEEE')], program.env);
    expect(own.lines.at(-1)).toBe('"slmgr explain 0xC004F050" says what that means and what to do.');
  });
});

describe('--tsv', () => {
  const program = new Program();
  afterAll(() => program.remove());

  beforeAll(() => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    program.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', '2');
    program.ok('lab', 'clock', 'advance', '1d');
  });

  test.each([
    ['lab list', 'Machine\tProduct\tChannel\tStatus\tUntil (UTC)\tState', 3],
    ['lab show PC-001', 'Product\tChannel\tKey\tStatus\tUntil (UTC)', 2],
    ['lab settings', 'Setting\tValue\tDefault\tMeaning', null],
    ['lab events PC-001', 'At (UTC)\tID\tLevel\tLog\tMessage\tFields', null],
    ['lab account list', 'User\tMachine\tRole', 1],
    ['lab dns records', 'Name\tType\tTTL\tData', 1],
    ['keys 2022', 'Product\tKind\tKey\tThreshold', null],
    ['check-connection PC-001', 'Step\tStatus\tDetail\tAdvice', null],
  ] as const)('%s: a head, and as many cells in each line', (line, head, count) => {
    const lines = program
      .ok(...line.split(' '), '--tsv')

      .replace(/\n$/, '')
      .split('\n');
    expect(lines[0]).toBe(head);
    if (count !== null) expect(lines).toHaveLength(count);
    else expect(lines.length).toBeGreaterThan(2);
    for (const each of lines) expect(each.split('\t')).toHaveLength(head.split('\t').length);
  });

  test('it is told that --tsv and --json do not go together', () => {
    const { status, stdout } = program.run('lab', 'list', '--tsv', '--json');
    expect(status).toBe(1);
    expect(stdout).toContain('--tsv and --json');
  });
});
