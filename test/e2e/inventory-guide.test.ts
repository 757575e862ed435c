import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launcher, Program } from './program';

test('every command of the guide to the inventory works as it stands there', () => {
  const program = new Program();
  const bin = join(program.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'slmgr'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  chmodSync(join(bin, 'slmgr'), 0o755);
  const guide = readFileSync(resolve(__dirname, '../../docs/inventory.md'), 'utf8');
  const lines = [...guide.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  expect(lines.length).toBeGreaterThan(8);
  const { status, stderr } = spawnSync('/bin/sh', ['-e'], {
    input: lines.join('\n'),
    cwd: program.home,
    encoding: 'utf8',
    timeout: 100_000,
    env: { ...program.env, PATH: `${bin}:${program.env['PATH'] ?? ''}` },
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(existsSync(join(program.home, 'report.html'))).toBe(true);
  program.remove();
}, 120_000);
