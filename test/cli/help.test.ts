import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commands } from '../../src/cli/commands';
import { commandPage, groupPage } from '../../src/cli/framework/help';
import { renderHelp, type HelpPage } from '../../src/cli/framework/help-page';
import type { CommandContext, RawInput } from '../../src/cli/framework/command';
import { splitOptions } from '../../src/cli/argv/split-options';
import { generatedFiles } from '../../src/cli/manual/generated-files';
import { manualEnvironment } from '../../src/cli/manual/surroundings';
import { mainPage, verbPage } from '../../src/cli/manual/verb-help';
import { optionMeaning, optionTexts } from '../../src/cli/option-texts';
import { commandsWithOwnText, optionTextOf } from '../../src/cli/option-texts-of-commands';
import { optionNames, optionSpec, optionTable, type OptionName } from '../../src/cli/options';
import { defaultLoadProduct } from '../../src/serve/kms-host/load-clients';
import { defaultPool } from '../../src/lab/model/keys';
import { defaultDays } from '../../src/render/check/limits';
import { defaultTimeouts } from '../../src/transports/ssh/settings';
import { parseCommandLine } from '../../src/verbs/grammar';
import { verbs } from '../../src/verbs/table';

const root = resolve(__dirname, '../..');
const names = Object.keys(optionTable) as OptionName[];
const groups = ['lab', 'kms', 'lab dns', 'lab clock', 'lab account'];
const pages: readonly (readonly [string, HelpPage])[] = [
  ['slmgr', mainPage(commands)],
  ...groups.map((group) => [group, groupPage(commands, group)] as const),
  ...commands.map((command) => [command.name, commandPage(command)] as const),
  ...verbs.map((verb) => [`/${verb.name}`, verbPage(verb)] as const),
];
const textOf = (page: HelpPage, width = 80): string => renderHelp(page, { width });

/** What a shell makes of a line without pipes: words, single and double quotation marks. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

describe('the help of a verb, a command, a group and the program', () => {
  test.each(pages)('%s: usage first, arguments before options, examples to copy', (name, page) => {
    const text = textOf(page);
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^Usage: slmgr/);
    const titles = lines.filter((line) => /^[A-Z][^.]*:$/.test(line));
    const order = titles.map((title) =>
      [
        'Arguments:',
        'Options:',
        'Options of the way to a machine:',
        'Options everywhere:',
        'Examples:',
      ].indexOf(title),
    );
    expect(order.filter((at) => at >= 0)).toEqual([...order.filter((at) => at >= 0)].sort());
    const longest = page.sections.flatMap(({ rows }) => rows.map(([term]) => term.length + 2));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(80, ...longest));
    for (const { line, does } of page.examples) {
      expect(lines).toContain(`  ${line}`);
      expect(lines).toContain(`  # ${does}`);
      expect(`  ${line}`.length).toBeLessThanOrEqual(80);
    }
    if (!groups.includes(name)) expect(page.examples.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/[ \t]$/m);
  });

  test.each(commands.map((one) => [one.name, one] as const))(
    '%s tells its words and options',
    (name, one) => {
      const text = textOf(commandPage(one), 100);
      expect(text).toContain(`slmgr ${name}`);
      for (const { name: word, summary } of one.positionals) {
        expect(text).toContain(`  ${word}`);
        expect(summary).not.toBe('');
      }
      for (const option of [...one.options, ...optionNames(['everywhere'])])
        expect(text).toContain(`--${option}`);
      for (const { line } of one.examples) expect(line).toContain('slmgr');
    },
  );

  test.each(verbs.map((one) => [one.name, one] as const))(
    '/%s tells its words; its examples are lines of it',
    (name, verb) => {
      const { sections, examples } = verbPage(verb);
      for (const [term, meaning] of sections[0]?.rows ?? [])
        expect([term, meaning]).toEqual([term, expect.stringMatching(/./)]);
      for (const { line } of examples) {
        const [program, ...words] = shellWords(line);
        const split = splitOptions(words);
        expect([program, split.problem]).toEqual(['slmgr', null]);
        expect(parseCommandLine(split.words)).toMatchObject({ kind: 'call', verb: { name } });
        // What works on this computer alone names no other.
        if (!verb.remote) expect(words[0]).toMatch(/^\//);
      }
    },
  );

  test('a group lists every command of it and nothing else', () => {
    for (const group of groups) {
      const rows = groupPage(commands, group).sections.flatMap((section) =>
        section.rows.map(([term]) => term),
      );
      expect(rows).toEqual(
        commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => `slmgr ${name}`),
      );
    }
  });

  test('a description with a dollar sign stands in help as it is', () => {
    const [one] = commands;
    expect(textOf(commandPage({ ...one!, description: 'It costs $& and $1.' }))).toContain(
      'It costs $& and $1.',
    );
  });

  test('a term that is too long has a line of its own, and nothing is cut', () => {
    const rows = [
      ['a'.repeat(40), 'long'],
      ['b', 'short'],
    ] as const;
    const page = { usage: ['x'], about: [], sections: [{ title: 'T', rows }], examples: [] };
    expect(textOf(page)).toContain(`T:\n  ${'a'.repeat(40)}\n     long\n  b  short\n`);
  });
});

describe('what help says of options', () => {
  /** What a command needs beside the option in question. */
  const needed: RawInput = { product: ['x'], for: ['x'], type: ['mak'], out: ['x'], grade: ['full'] };

  /** The complaint of a command about a value; it is read before anything is done. */
  async function complaint(
    name: OptionName,
    value: string,
    command = commands.find(({ options }) => options.includes(name))!,
  ): Promise<string> {
    const words = command.positionals.map((word) => [
      word.name,
      word.many === true ? ['x'] : (word.choices?.[0] ?? 'x'),
    ]);
    const raw = { ...needed, ...(Object.fromEntries(words) as RawInput), [name]: [value] };
    const error: unknown = await command.run(raw, {} as CommandContext).catch((thrown: unknown) => thrown);
    return error instanceof Error ? error.message : '';
  }

  /** Each option that a command has, with what help says of it there. */
  const said = commands.flatMap((command) =>
    command.options.map((name) => {
      const { value } = optionTextOf(name, command.name);
      return { name, of: command.name, command, value };
    }),
  );

  const numbers = said.filter(({ name, value }) => value?.kind === 'number' && name !== 'id');
  test.each(numbers)(
    '$of --$name: the limits are those that it keeps to',
    async ({ name, command, value }) => {
      if (value?.kind !== 'number') throw new Error('no number');
      const answer = `--${name}: must be a whole number from ${value.least} to ${value.most}`;
      expect(await complaint(name, String(value.least - 1), command)).toBe(answer);
      expect(await complaint(name, String(value.most + 1), command)).toBe(answer);
    },
  );

  const worded = said.filter(
    ({ name, value }) => value?.kind === 'words' && optionSpec(name).scope === 'command',
  );
  test.each(worded)('$of --$name: the words are those that it takes', async ({ name, command, value }) => {
    if (value?.kind !== 'words') throw new Error('no words');
    const answer = await complaint(name, 'nonsense', command);
    expect(answer).toBe(`--${name}: must be one of ${value.words.join(', ')}`);
  });

  test('what is said for one command alone is of an option that it has', () => {
    for (const [name, of] of commandsWithOwnText()) {
      expect(said.some((each) => each.name === name && each.of === of)).toBe(true);
    }
  });

  test('help of a command says nothing of other commands in its options', () => {
    const topics = new Set(commands.map(({ name }) => name));
    for (const { name, of } of said) {
      const { summary, default: usual } = optionTextOf(name, of);
      const others = [...`${summary} ${usual ?? ''}`.matchAll(/\bfor ((?:kms|lab|fleet) [a-z]+)\b/g)];
      expect(others.filter(([, other = '']) => topics.has(other))).toEqual([]);
    }
  });

  test('defaults are those of the program', () => {
    expect(optionTexts.pool.default).toBe(String(defaultPool));
    expect(optionTexts['warn-days'].default).toBe(String(defaultDays.warn));
    expect(optionTexts['crit-days'].default).toBe(String(defaultDays.critical));
    expect(optionTextOf('product', 'kms load').default).toBe(defaultLoadProduct);
    const { connect, handshake, command } = defaultTimeouts;
    expect([connect, handshake, command]).toEqual([15_000, 20_000, 120_000]);
    expect(optionTexts.timeout.default).toContain('connecting 15s, signing in 20s, a command 2m');
  });

  test('every option has a text, and only one that takes a value says values', () => {
    for (const name of names) {
      const { summary, value } = optionTexts[name];
      expect([name, value === null]).toEqual([name, optionSpec(name).value === null]);
      expect(summary).toMatch(/^[A-Z0-9].*(?:[^.]|\.\.\.)$/s);
      expect(optionMeaning(name)).toContain(summary);
    }
  });

  test('every option of scope "command" is one of some command', () => {
    const used = new Set<string>(commands.flatMap(({ options }) => options));
    expect(names.filter((name) => optionSpec(name).scope === 'command' && !used.has(name))).toEqual([]);
  });
});

describe('the manual and the reference', () => {
  const files = generatedFiles();
  const man = files.get('man/slmgr.1') ?? '';

  test('the reference names every verb, every command and every option', () => {
    for (const { name } of commands)
      expect(files.get('docs/reference/commands.md')).toContain(`## slmgr ${name}\n`);
    for (const name of names) expect(files.get('docs/reference/options.md')).toContain(`\`--${name}`);
    expect(files.get('docs/reference/verbs.md')?.match(/^### \//gm)).toHaveLength(37);
  });

  test('the manual page has its sections, every verb, command and option', () => {
    const sections = [...man.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
    expect(sections).toEqual([
      ...[
        'NAME',
        'SYNOPSIS',
        'DESCRIPTION',
        'VERBS',
        'COMMANDS',
        'OPTIONS',
        'EXAMPLES',
        'FILES',
        'ENVIRONMENT',
      ],
      ...['EXIT STATUS', 'SEE ALSO'],
    ]);
    const plain = man.replaceAll('\\-', '-');
    for (const { name } of verbs) expect(plain).toContain(`\n\\fB/${name}\\fR`);
    for (const { name } of commands) expect(plain).toContain(`.SS "slmgr ${name}`);
    for (const name of names) expect(plain).toContain(`\n\\fB--${name}\\fR`);
  });

  test('an option that many commands take stands in the manual and the reference once, and they refer to it', () => {
    for (const text of [man.replaceAll('\\-', '-'), files.get('docs/reference/commands.md') ?? '']) {
      expect(text.match(/^(?:\\fB|\| `)--fingerprint/gm)).toHaveLength(1);
      expect(text.match(/options of the way to a machine/gi)?.length).toBeGreaterThan(3);
    }
    expect(files.get('docs/reference/commands.md')).toContain('(#options-of-the-way-to-a-machine)');
    const opener = commands.find(({ name }) => name === 'check-connection')!;
    expect(textOf(commandPage(opener))).toContain('--fingerprint');
  });

  test('the manual page is roff without stray control lines', () => {
    for (const line of man.split('\n').filter((one) => /^[.']/.test(one)))
      expect(line).toMatch(/^\.(TH|SH|SS|TP|B|br|PP|nf|fi)\b/);
  });

  const mandoc = spawnSync('mandoc', ['-Tlint', '/dev/null'], { timeout: 20_000 }).error === undefined;
  (mandoc ? test : test.skip)(
    `mandoc has nothing to say of it${mandoc ? '' : ' (skipped: no mandoc here)'}`,
    () => {
      const { stdout, stderr } = spawnSync('mandoc', ['-Tlint'], {
        input: man,
        encoding: 'utf8',
        timeout: 60_000,
      });
      // The page is of a version, not of a day: it comes out the same whenever it is made.
      const said = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line !== '' && !line.includes('missing date'));
      expect(said).toEqual([]);
    },
  );

  test('every environment variable that the source reads is in the manual', () => {
    const told = new Set(manualEnvironment.flatMap(([variables]) => variables.split(', ')));
    const read = new Set<string>();
    for (const file of sourceFiles()) {
      const text = readFileSync(file, 'utf8');
      const uses = /(?:\benv\[|\benv\.|\binherited\[)'?([A-Z][A-Za-z0-9_]+)\b/g;
      for (const [, name = ''] of text.matchAll(uses)) read.add(name);
      for (const [name] of text.matchAll(/\bSLMGR_[A-Z0-9_]+\b/g)) read.add(name);
    }
    // A parent tells its child by it; nobody sets it.
    read.delete('SLMGR_KMS_CHILD');
    expect(read.size).toBeGreaterThan(10);
    expect([...read].filter((name) => !told.has(name))).toEqual([]);
  });

  test('no number of a note or an issue stands in what users read', () => {
    const documents = ['docs', '.'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
        .map((name): [string, string] => [name, readFileSync(join(root, folder, name), 'utf8')]),
    );
    const generated = [...files].filter(([name]) => !name.endsWith('.json'));
    const helps = pages.map(([name, page]): [string, string] => [name, textOf(page)]);
    for (const [name, text] of [...documents, ...generated, ...helps]) {
      const found = text.match(/\b[KUWHRTS]-?\d{1,3}\b(?![.:-]|\d)|(?<![\w&])#\d+\b|\bissue \d+/g) ?? [];
      expect([name, found.filter((code) => !harmless.has(code))]).toEqual([name, []]);
    }
  });

  /** What looks like a code and is none. */
  const harmless: ReadonlySet<string> = new Set(['K1', 'R2']);
});

function sourceFiles(): string[] {
  const below = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = below.filter((name) => name.endsWith('.ts')).map((name) => join(root, 'src', name));
  return [...sources, join(root, 'bin', 'slmgr')];
}
