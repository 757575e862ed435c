import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { launcher, Program } from './program';

/** The session that README.md shows: its lines with what they print. */
const session = [
  .../## A session\n\n```\n([\s\S]*?)```/
    .exec(readFileSync(resolve(__dirname, '../../README.md'), 'utf8'))![1]!
    .matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm),
].map(([, line = '', shown = '']) => ({ line, shown }));

describe("README's session", () => {
  const program = new Program();
  afterAll(() => program.remove());

  test('prints what is shown there', () => {
    expect(session.length).toBeGreaterThan(8);
    const slmgr = `slmgr() { '${process.execPath}' '${launcher}' "$@"; }`;
    for (const { line, shown } of session.filter(({ line: each }) => !each.includes('| jq'))) {
      const { stdout } = spawnSync('sh', ['-c', `${slmgr}\n${line}`], { env: program.env, encoding: 'utf8' });
      expect(`$ ${line}\n${stdout}`).toBe(`$ ${line}\n${shown}`);
    }
  }, 120_000);
});
