import * as fc from 'fast-check';
import { route, type CommandNames } from '../../src/cli/argv/route';
import { splitOptions } from '../../src/cli/argv/split-options';

const names: CommandNames = { lab: ['add', 'export', 'dns', 'exec'], kms: ['serve'], explain: null };
const isVerb = (name: string): boolean => ['dli', 'dlv', 'ipk', 'ao-list'].includes(name);
const grammarOf = (...argv: string[]): string => route(splitOptions(argv), names, isVerb).grammar;

describe('the grammar of a command line', () => {
  test.each([
    [['/dli'], 'slmgr'],
    [['-dli'], 'slmgr'],
    [['PC-001', '/dli'], 'slmgr'],
    [['lab', '/dlv'], 'slmgr'],
    [['kms', 'user', 'password', '/dlv'], 'slmgr'],
    [['lab', 'add', 'x', '/dlv'], 'slmgr'],
    [['lab', '/bogus'], 'slmgr'],
    [['nothing'], 'slmgr'],
    [[], 'slmgr'],
    [['lab', 'add', 'PC', '--count', '3'], 'command'],
    [['lab', 'dns', '--server', '127.0.0.1:53', '--key', '/etc/tsig.key'], 'command'],
    [['lab', 'dns', '--key=/etc/tsig.key', '/dli'], 'slmgr'],
    [['lab', 'export', '/tmp/estate.json'], 'command'],
    [['lab', 'export', '-'], 'command'],
    [['lab', 'exec', 'PC', '--', '/bin/sh', '-c', 'true'], 'command'],
    [['lab', 'exec', 'PC', '--', '/dli'], 'command'],
    [['explain', '-1073418124'], 'command'],
    [['lab', 'add', 'PC', '--prodct', 'x'], 'command'],
    [['PC', '--', '/dli'], 'slmgr'],
    [['server', 'user', '-', '/dlv'], 'slmgr'],
  ])('%j is read by %s', (argv, grammar) => {
    expect(grammarOf(...argv)).toBe(grammar);
  });

  test('words behind -- reach slmgr as words', () => {
    expect(route(splitOptions(['PC', '--', '/ipk', '--json']), names, isVerb)).toEqual({
      grammar: 'slmgr',
      words: ['PC', '/ipk', '--json'],
    });
  });
});

describe('long options', () => {
  test('are taken out wherever they stand, with their values', () => {
    const line = splitOptions([
      '--json',
      'PC',
      '--timeout',
      '5s',
      '/ipk',
      '--dry-run',
      'KEY',
      '--identity=/id=1',
    ]);
    expect(line.words).toEqual(['PC', '/ipk', 'KEY']);
    expect(line.options).toEqual({
      json: true,
      timeout: ['5s'],
      'dry-run': true,
      identity: ['/id=1'],
    });
    expect(line.problem).toBeNull();
  });

  test('unknown ones stay words, so that slmgr refuses them in its own words', () => {
    expect(splitOptions(['--dli'])).toMatchObject({ words: ['--dli'], options: {}, problem: null });
  });

  test.each([
    [['--timeout'], 'Option --timeout needs a value: DURATION.'],
    [['--json=yes'], 'Option --json takes no value.'],
    [['--seed', '1', '--seed', '2'], 'Option --seed stands twice.'],
    [
      ['--snapshot', '/dli'],
      'Option --snapshot needs a value, FILE, in front of /dli (--snapshot=/dli if that is the value).',
    ],
    [
      ['PC', '--timeout', '-ato', '--json'],
      'Option --timeout needs a value, DURATION, in front of -ato (--timeout=-ato if that is the value).',
    ],
  ])('%j: %s', (argv, problem) => {
    expect(splitOptions(argv).problem).toBe(problem);
  });

  test.each([
    [['--snapshot', '/dli', '/dlv']],
    [['--snapshot=/dli']],
    [['--snapshot', '/tmp/dli']],
    [['lab', 'dns', '--key', '/etc/tsig.key']],
  ])("%j: the value is the option's", (argv) => {
    expect(splitOptions(argv).problem).toBeNull();
  });

  test('a repeatable option collects its values', () => {
    expect(splitOptions(['--id', '12288', '--id=12289']).options.id).toEqual(['12288', '12289']);
  });

  test('-- ends options', () => {
    expect(splitOptions(['lab', 'exec', 'PC', '--json', '--', 'x', '--json', '--'])).toEqual({
      words: ['lab', 'exec', 'PC'],
      rest: ['x', '--json', '--'],
      options: { json: true },
      problem: null,
    });
  });

  test('property: a line without long options comes back as it was', () => {
    const word = fc.string().filter((text) => !text.startsWith('--'));
    fc.assert(
      fc.property(fc.array(word), (argv) => {
        expect(splitOptions(argv)).toEqual({ words: argv, rest: null, options: {}, problem: null });
      }),
    );
  });

  test('names of the prototype are no options', () => {
    expect(splitOptions(['--constructor', '--toString']).words).toEqual(['--constructor', '--toString']);
  });
});
