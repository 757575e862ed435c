import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InProcess } from '../../storm/in-process';

/** The commands of the guide, in its order: a line of an `sh` block each. */
function commandsOf(guide: string): readonly (readonly string[])[] {
  return [...guide.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('slmgr '))
      .map((line) =>
        [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
          .slice(1)
          .map((found) => found[1] ?? found[2] ?? found[3]!),
      ),
  );
}

test('every command of the guide to runs does what it says', async () => {
  const program = new InProcess(null);
  const folder = process.cwd();
  try {
    // What the guide writes goes beside its data.
    process.chdir(program.files);
    const guide = readFileSync(join(resolve(__dirname, '../../..'), 'docs/fleet.md'), 'utf8');
    const commands = commandsOf(guide);
    expect(commands.length).toBeGreaterThan(14);
    for (const words of commands) {
      // Finding machines has a test of its own, with servers that can be found.
      if (words[1] === 'discover') continue;
      const { status, err } = await program.run(words);
      // One machine is switched off, so that a run has something to tell of.
      const meant = words.some((word) => word.startsWith('/')) && err.includes('unreachable') ? [3, 4] : [0];
      const isRun = words.includes('--json') || words.includes('--ndjson');
      expect([words.join(' '), isRun ? [0, 3] : meant]).toEqual([
        words.join(' '),
        expect.arrayContaining([status]),
      ]);
    }
    // The machines are not activated, which a monitoring system calls critical.
    const { status, out } = await program.run(['check', 'PC-[001-003],SRV-001']);
    expect([status, out.split('\n').length]).toEqual([2, 5]);
  } finally {
    process.chdir(folder);
    program.remove();
  }
}, 120_000);
