import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { findPwsh } from '../providers/windows/powershell/pwsh';
import { Program } from './program';

/** Whether a shell is here; the tests of one that is not say so and skip. */
function isHere(shell: string): boolean {
  return spawnSync(shell, ['--version'], { timeout: 20_000 }).status === 0;
}

function skippedUnless(shell: string, here: boolean): string {
  return here ? '' : ` (skipped: no ${shell} here)`;
}

/** What is typed, a tab at the end, and the words that the command is then run with. */
const typed: readonly (readonly [string, readonly string[]])[] = [
  ['lab ev', ['lab', 'events']],
  ['PC-001 /ao', ['PC-001', '/ao-list']],
  ['lab show PC-0', ['lab', 'show', 'PC-001']],
  ['lab add X --product "Windows 7 Enterprise E', ['lab', 'add', 'X', '--product', 'Windows 7 Enterprise E']],
  [
    String.raw`lab add X --product Windows\ 7\ Enterprise\ E`,
    ['lab', 'add', 'X', '--product', 'Windows 7 Enterprise E'],
  ],
  ['lab set PC-001 --sl', ['lab', 'set', 'PC-001', '--slic']],
  ['lab set PC-001 --slic mar', ['lab', 'set', 'PC-001', '--slic', 'marker']],
  ['lab set PC-001 --slic=mar', ['lab', 'set', 'PC-001', '--slic=marker']],
  ['check PC-0', ['check', 'PC-001']],
  ['check PC-001 --format ch', ['check', 'PC-001', '--format', 'checkmk']],
  ['PC-001 /dli --transport winrms', ['PC-001', '/dli', '--transport', 'winrms']],
  ['lab import estate.js', ['lab', 'import', 'estate.json']],
  ['PC-001 /ilc estate.js', ['PC-001', '/ilc', 'estate.json']],
  ['/dli --snapshot estate.js', ['/dli', '--snapshot', 'estate.json']],
  ['/dli --snapshot=estate.js', ['/dli', '--snapshot=estate.json']],
];

/** What is typed where nothing more fits, although a file begins like it. */
const unfit = [
  'lab show PC-001 estate.js',
  'lab add estate.js',
  'PC-001 /dlv estate.js',
  '/dlv --count estate.js',
];

describe('completion in the shells themselves', () => {
  const program = new Program();
  const folder = join(program.home, 'work');
  const bin = join(program.home, 'bin');
  const env: NodeJS.ProcessEnv = {
    ...program.env,
    HOME: program.home,
    TERM: 'dumb',
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  afterAll(() => program.remove());

  beforeAll(() => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    program.ok('lab', 'add', 'PC-001', '--product', 'Windows 7 Enterprise');
    mkdirSync(folder);
    mkdirSync(bin);
    writeFileSync(join(folder, 'estate.json'), '{}');
    symlinkSync(resolve(__dirname, '../../bin/slmgr'), join(bin, 'slmgr'));
  });

  /** Types at a shell's terminal: `show` prints its words, and is completed as slmgr is. */
  function atTerminal(shell: readonly string[], prompt: string, setUp: string): void {
    const shown = (words: readonly string[]): string => words.map((word) => `<${word}>`).join('');
    const waits = [[prompt, `${setUp}; show() { printf '<%s>' "$@"; echo; }; printf 'BE'GIN\n`]];
    let before = 'BEGIN';
    const lines = [...typed, ...unfit.map((line) => [line, line.split(' ')] as const)];
    for (const [line, words] of lines) {
      waits.push([before, `show ${line}\t\n`]);
      before = shown(words);
    }
    waits.push([before, 'exit\n']);
    const { stdout } = spawnSync(
      'python3',
      [join(__dirname, 'at-terminal.py'), JSON.stringify(waits), ...shell],
      { encoding: 'utf8', cwd: folder, env: { ...env, PROMPT: '> ' }, timeout: 60_000 },
    );
    for (const [line, words] of lines)
      expect([line, stdout]).toEqual([line, expect.stringContaining(shown(words))]);
  }

  const bash = isHere('bash') && isHere('python3');
  (bash ? test : test.skip)(`bash${skippedUnless('bash or python3', bash)}`, () => {
    atTerminal(
      ['/usr/bin/env', 'bash', '--norc', '-i'],
      'bash-',
      'source <(slmgr completion bash); complete -F _slmgr show',
    );
  });

  const zsh = isHere('zsh') && isHere('python3');
  (zsh ? test : test.skip)(`zsh${skippedUnless('zsh or python3', zsh)}`, () => {
    atTerminal(
      ['/usr/bin/env', 'zsh', '-f', '-i'],
      '> ',
      'autoload -Uz compinit; compinit -u -D; source <(slmgr completion zsh); compdef _slmgr show',
    );
  });

  const fishShell = 'fish';
  const fish = isHere(fishShell);
  (fish ? test : test.skip)(`fish${skippedUnless('fish', fish)}`, () => {
    const script = [
      'slmgr completion fish | source',
      ...[...typed.map(([line]) => line), ...unfit].map(
        (line) => `set found (complete -C '${line}'); echo (string join -- '|' $found)`,
      ),
    ];
    const asked = script.map((line) => line.replace("complete -C '", "complete -C 'slmgr "));
    const { stdout } = spawnSync(fishShell, ['--no-config', '-c', asked.join('\n')], {
      encoding: 'utf8',
      cwd: folder,
      env,
      timeout: 60_000,
    });
    // A candidate may come with a description behind a tab.
    const found = stdout
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.split('|').map((one) => one.split('\t')[0]));
    expect(found).toEqual([
      ...typed.map(([, words]) => expect.arrayContaining([words.at(-1)]) as unknown),
      ...unfit.map(() => ['']),
    ]);
  });

  const pwsh = findPwsh();
  (pwsh === null ? test.skip : test)(`PowerShell${skippedUnless('pwsh', pwsh !== null)}`, () => {
    const lines = [
      ...typed.filter(([line]) => !line.includes('\\') && !line.includes('--slic=')),
      ['lab clock ', ['lab', 'clock', 'advance']],
    ] as typeof typed;
    const all = [...lines.map(([line]) => line), ...unfit, 'lab show PC-001 '];
    const quoted = all.map((line) => `'slmgr ${line}'`).join(', ');
    const script = [
      'slmgr completion powershell | Out-String | Invoke-Expression',
      `foreach ($line in ${quoted}) {`,
      '  $completed = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)',
      "  ($completed.CompletionMatches | ForEach-Object ListItemText) -join '|'",
      '}',
    ];
    const { stdout } = spawnSync(
      pwsh ?? '',
      ['-NoProfile', '-NonInteractive', '-Command', script.join('\n')],
      {
        encoding: 'utf8',
        cwd: folder,
        env: { ...env, TERM: undefined },
        timeout: 60_000,
      },
    );
    const found = stdout
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.trim().split('|'));
    const last = lines.map(([, words]) => words.at(-1)?.replace(/^--snapshot=/, ''));
    expect(found).toEqual([
      ...last.map((word) => expect.arrayContaining([word]) as unknown),
      ...[...unfit, ''].map(() => ['']),
    ]);
  });
});
