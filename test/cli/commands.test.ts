import * as z from 'zod';
import { distance, nearest } from '../../src/licensing/nearest';
import { commandNames } from '../../src/cli/command-names';
import { commands } from '../../src/cli/commands';
import { parseWords } from '../../src/cli/framework/parse-words';
import { findCommand } from '../../src/cli/framework/run-command';
import { defineCommand, type CommandContext } from '../../src/cli/framework/command';
import { optionTable } from '../../src/cli/options';

const command = (name: string) => commands.find((one) => one.name === name)!;

describe('the table of commands', () => {
  test('the names that the first bundle knows are the names of the commands', () => {
    const names: Record<string, string[] | null> = {};
    for (const { name } of commands) {
      const [first = '', second] = name.split(' ');
      // Behind a name that is a command of its own stands whatever that command takes.
      const isCommand = commands.some((one) => one.name === first);
      if (second === undefined || isCommand) names[first] = null;
      else names[first] = [...new Set([...(names[first] ?? []), second])];
    }
    const sorted = (all: typeof names | typeof commandNames): unknown =>
      Object.fromEntries(
        Object.entries(all).map(([key, value]) => [key, value === null ? null : [...value].sort()]),
      );
    expect(sorted(commandNames)).toEqual(sorted(names));
  });

  test('names are used once', () => {
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  });

  test.each(commands.map((one) => [one.name, one] as const))('%s has a JSON schema', (_name, one) => {
    expect(z.toJSONSchema(one.data)).toHaveProperty('$schema');
  });

  test('plumbing comes last', () => {
    expect(commands.at(-1)?.name).toBe('agent');
    expect(commands[0]?.name).toBe('check');
  });

  test('every option of scope "command" that a command names is in the table', () => {
    const used = new Set(commands.flatMap(({ options }) => options));
    for (const name of used) expect(optionTable).toHaveProperty([name]);
  });

  test('the longest name wins', () => {
    expect(findCommand(commands, ['lab', 'clock', 'advance', '7d'])?.name).toBe('lab clock advance');
    expect(findCommand(commands, ['lab', 'clock'])?.name).toBe('lab clock');
    expect(findCommand(commands, ['lab', 'nonsense'])).toBeNull();
  });
});

describe('words of a command', () => {
  test('words and options arrive by name', () => {
    expect(
      parseWords(command('lab add'), ['PC'], { product: ['Windows 7 Enterprise'], count: ['3'], vm: true }),
    ).toEqual({
      name: 'PC',
      product: ['Windows 7 Enterprise'],
      count: ['3'],
      vm: true,
    });
  });

  test('a word with the name of an option of the same command cannot be', () => {
    const word = { name: 'product', summary: 'Product' };
    const { name, summary, examples, data } = command('lab add');
    const make = (options: readonly ('product' | 'vm')[]) =>
      defineCommand({
        ...{ name, summary, examples, data, options, positionals: [word] },
        input: z.object({}),
        run: () => Promise.resolve(null),
      });
    expect(() => make(['product'])).toThrow('"lab add" has a word and an option with the same name: product');
    expect(make(['vm']).name).toBe('lab add');
  });

  test('a negative number is a word', () => {
    expect(parseWords(command('explain'), ['-1073418124'], {})).toEqual({ text: ['-1073418124'] });
  });

  test.each([
    ['lab add', [], {}, '<name> is missing'],
    [
      'lab add',
      ['A', 'B'],
      { product: ['x'] },
      '"B" is one word too many; a value with blanks is quoted: --product "x B"',
    ],
    ['lab add', ['A', '--prodct'], {}, 'Unknown option --prodct; did you mean --product?'],
    ['lab add', ['A', '--zzzzzzz'], {}, 'Unknown option --zzzzzzz'],
    ['lab add', ['A'], { ssh: ['22'] }, 'Option --ssh does not belong to "slmgr lab add".'],
  ] as const)('%s %j %j: %s', (name, words, options, message) => {
    expect(() => parseWords(command(name), words, options)).toThrow(message);
  });

  test('a value that is wrong or missing is named with its option', async () => {
    const run = (options: Record<string, readonly string[]>): Promise<unknown> =>
      command('lab add').run({ name: 'X', ...options }, {} as CommandContext);
    await expect(run({})).rejects.toThrow('--product NAME is missing: Product, as "slmgr keys" lists it.');
    await expect(run({ product: ['Windows 7 Enterprise'], count: ['x'] })).rejects.toThrow(
      '--count: must be',
    );
  });

  test('the nearest word is at most two letters away, and never a wholly different one', () => {
    expect(nearest('evnts', ['exec', 'events'])).toBe('events');
    expect(nearest('STARR', ['start', 'stop'])).toBe('start');
    expect(nearest('frob', ['events', 'start'])).toBeNull();
    expect(nearest('x', ['y', 'ab'])).toBeNull();
  });

  test('distance counts letters', () => {
    expect([distance('a', 'a'), distance('jsn', 'json'), distance('', 'ab'), distance('abc', 'xyz')]).toEqual(
      [0, 1, 2, 3],
    );
  });
});
