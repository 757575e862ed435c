import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/seeds.md'), 'utf8');

/** Rows of the tables: statement, command, the test's file and words of its name. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:Statement|-)/.test(line))
  .map((line) => {
    const [, statement = '', file = '', words = ''] =
      /^\| (.*?) +\|.*\| `(test\/[^`]+)` › (.*?) *\|$/.exec(line) ?? [];
    return { line, statement, file, words };
  });

test('every statement names a test that is there', () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const { line, statement, file, words } of rows) {
    expect([line, statement === '', words.length > 5]).toEqual([line, false, true]);
    expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    const source = readFileSync(join(root, file), 'utf8');
    // The name of a test may stand on a line of its own, with other quotes, and in parts of a table.
    const names = source.replaceAll(/\\(['"`])/g, '$1');
    expect([words, names.includes(words)]).toEqual([words, true]);
  }
});

/** Commands of this program in the middle column, up to what stands for something else. */
const lines = rows.flatMap(({ line }) =>
  [...line.matchAll(/`slmgr ([^`]+)`/g)].map((found) => found[1]?.split(' ') ?? []),
);

test('the commands of this program are commands, with options of their own', () => {
  expect(lines.length).toBeGreaterThan(30);
  for (const words of lines) {
    const [first = '', second = ''] = words;
    if (words.some((word) => word.startsWith('/'))) continue;
    const command = commands.find(({ name }) => name === `${first} ${second}` || name === first);
    expect([words, command === undefined]).toEqual([words, false]);
    const given = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect([words, given.filter((option) => !command?.options.some((known) => known === option))]).toEqual([
      words,
      [],
    ]);
  }
});
