import * as z from 'zod';
import { distance, nearest } from '../../src/licensing/nearest';
import { commandNames } from '../../src/cli/command-names';
import { commands } from '../../src/cli/commands';
import { commandHelp, groupHelp } from '../../src/cli/framework/help';
import { parseWords } from '../../src/cli/framework/parse-words';
import { findCommand } from '../../src/cli/framework/run-command';
import type { CommandContext } from '../../src/cli/framework/command';
import { generatedFiles } from '../../src/cli/manual/generated-files';
import { optionSpec, optionTable, type OptionName } from '../../src/cli/options';

const command = (name: string) => commands.find((one) => one.name === name)!;

describe('the table of commands', () => {
  test('the names that the first bundle knows are the names of the commands', () => {
    const names: Record<string, string[] | null> = {};
    for (const { name } of commands) {
      const [first = '', second] = name.split(' ');
      if (second === undefined) names[first] ??= null;
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

  test.each(commands.map((one) => [one.name, one] as const))(
    '%s has help with its words and examples',
    async (name, one) => {
      const help = await commandHelp(one, { width: 100 });
      expect(help).toContain(`slmgr ${name}`);
      expect(help).toContain('Examples:');
      expect(one.examples.length).toBeGreaterThan(0);
      for (const { line } of one.examples) {
        expect(line).toContain('slmgr');
        expect((await commandHelp(one, { width: 80 })).split('\n')).toContain(`  ${line}`);
        expect(line.length).toBeLessThanOrEqual(76);
      }
      for (const { name: word } of one.positionals) expect(help).toContain(word);
      for (const option of one.options) expect(help).toContain(`--${option}`);
    },
  );

  test.each(commands.map((one) => [one.name, one] as const))('%s has a JSON schema', (_name, one) => {
    expect(z.toJSONSchema(one.data)).toHaveProperty('$schema');
  });

  test('group help lists every command of the group', async () => {
    const help = await groupHelp(commands, 'lab', { width: 100 });
    for (const { name } of commands.filter((one) => one.name.startsWith('lab ')))
      expect(help).toContain(name);
  });

  test('help fits into 80 columns where no word is longer', async () => {
    for (const one of commands) {
      const lines = (await commandHelp(one, { width: 80 })).split('\n');
      const prose = lines.slice(
        0,
        lines.findIndex((line) => /^[A-Z][a-z]+:$/.test(line)),
      );
      expect([one.name, prose.filter((line) => line.length > 80)]).toEqual([one.name, []]);
    }
  });

  test('a description with a dollar sign stands in help as it is', async () => {
    const one = { ...command('keys'), description: 'It costs $& and $1.' };
    expect(await commandHelp(one, { width: 80 })).toContain('It costs $& and $1.');
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
    await expect(run({})).rejects.toThrow('--product NAME is missing: Product, as `slmgr keys` lists it.');
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

describe('generated files', () => {
  const files = generatedFiles();

  test('the reference names every verb, every command and every option', () => {
    for (const { name } of commands)
      expect(files.get('docs/reference/commands.md')).toContain(`## slmgr ${name}\n`);
    for (const name of Object.keys(optionTable) as OptionName[]) {
      expect(files.get('docs/reference/options.md')).toContain(`\`--${name}`);
      expect(optionSpec(name).summary).not.toMatch(/[^.]\.$/);
    }
    expect(files.get('docs/reference/verbs.md')?.match(/^### \//gm)).toHaveLength(37);
  });

  test('the manual page is roff without stray control lines', () => {
    const lines = files.get('man/slmgr.1')?.split('\n') ?? [];
    expect(lines[0]).toMatch(/^\.TH SLMGR 1/);
    for (const line of lines.filter((one) => one.startsWith('.')))
      expect(line).toMatch(/^\.(TH|SH|TP|B|br|PP)\b/);
  });
});
