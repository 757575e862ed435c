import { commands } from '../../src/cli/commands';
import { complete, type CompletionFacts } from '../../src/cli/completion/complete';
import { verbs } from '../../src/verbs/table';

const facts: CompletionFacts = {
  commands,
  verbs: verbs.map(({ name }) => name),
  machines: () => ['PC-001', 'PC-002'],
  products: () => ['Windows 7 Enterprise'],
};

describe('what may stand under the cursor', () => {
  test.each([
    ['a file of a verb', ['/ilc', ''], 'files'],
    ['a path where a file stands, though it begins as a verb does', ['PC-001', '/ilc', '/d'], 'files'],
    ['a path of a command', ['lab', 'import', '/d'], 'files'],
    ['the file of an option', ['/dli', '--snapshot', ''], 'files'],
    ['the file of an option behind =', ['/dli', '--snapshot=x'], 'files'],
    ['words of what lab exec runs', ['lab', 'exec', 'PC-001', '--', ''], 'files'],
    ['nothing behind a whole verb line', ['/dlv', 'all', ''], []],
    ['nothing behind a verb without words', ['PC-001', '/rilc', ''], []],
    ['nothing behind an unknown verb', ['/dlvv', ''], []],
    ['nothing behind a whole command', ['lab', 'show', 'PC-001', ''], []],
    ['nothing for the name of a new machine', ['lab', 'add', ''], []],
    ['nothing for free text', ['explain', ''], []],
    ['nothing for a number', ['lab', 'add', 'X', '--count', ''], []],
    ['nothing for a password', ['PC-001', 'admin', ''], []],
    ['a word of a verb', ['/act-type', ''], ['0', '1', '2', '3']],
    ['the second machine of a list', ['lab', 'stop', 'PC-001', ''], ['PC-002']],
    ['an operand', ['check', '--', 'PC-001', ''], ['PC-002']],
    ['a setting', ['lab', 'settings', 'clockT'], ['clockToleranceMinutes']],
    ['a value of the registry', ['lab', 'registry', 'PC-001', 'get', 'skip'], ['SkipRearm']],
    ['a topic', ['help', 'lab', 'cl'], ['clock', 'clone']],
    ['a verb as a topic', ['help', 'dl'], ['dli', 'dlv']],
    ['deeper words of a command', ['lab', 'clock', 'a'], ['advance']],
    [
      'an option of a command by its first hyphen',
      ['lab', 'show', 'PC-001', '-'],
      expect.not.arrayContaining(['-dlv']),
    ],
    ['an option once', ['lab', 'add', 'X', '--count', '3', '--cou'], []],
    ['an option that may stand twice', ['/dlv', '--targets', 'a', '--targe'], ['--targets']],
    ['verbs behind a machine', ['PC-001', ''], expect.arrayContaining(['/dlv', '/ato'])],
    ['verbs with a hyphen', ['PC-001', '-dl'], ['-dli', '-dlv']],
  ])('%s: %j', (_what, words, expected) => {
    expect(complete(words, facts)).toEqual(expected);
  });
});
