import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { kmsServe } from '../../../src/cli/commands/kms/serve';

const guide = readFileSync(resolve(__dirname, '../../../docs/kms-service.md'), 'utf8');
const unit = /```ini\n([^`]*)```/.exec(guide)?.[1] ?? '';

/** Version of systemd's tools; 0 where there are none. */
function systemdVersion(): number {
  try {
    const text = execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8', timeout: 10_000 });
    return Number(/^systemd (\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const version = systemdVersion();

/** A test that wants this version at least; otherwise it is skipped and its title says why. */
function testWithSystemd(least: number, title: string, block: () => void): void {
  if (version >= least) test(title, block, 60_000);
  else if (version === 0) test.skip(`${title} (skipped: systemd-analyze is not installed)`, block);
  else test.skip(`${title} (skipped: systemd ${version} is older than ${least})`, block);
}

function analyze(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-unit-'));
  const file = join(folder, 'slmgr-kms@.service');
  writeFileSync(file, unit);
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...words, file], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr };
}

describe('the unit of docs/kms-service.md', () => {
  test('runs kms serve with options that it has', () => {
    expect(unit).toContain('ExecStart=/usr/bin/env slmgr kms serve %i $OPTIONS\n');
    const [, options = ''] = /"OPTIONS=([^"]*)"/.exec(unit) ?? [];
    const names = options.split(' ').flatMap((word) => (word.startsWith('--') ? [word.slice(2)] : []));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(kmsServe.options).toContain(name);
  });

  testWithSystemd(240, 'systemd finds nothing wrong with it', () => {
    const { status, output } = analyze('verify', '--man=no');
    // What is wrong with other units of this computer is none of its faults.
    expect(output.split('\n').filter((line) => line.includes('slmgr'))).toEqual([]);
    expect(status).toBe(0);
  });

  testWithSystemd(250, 'systemd calls it well protected: an exposure of 2.0 at most', () => {
    expect(analyze('security', '--offline=true', '--threshold=20', '--no-pager')).toMatchObject({
      status: 0,
    });
  });
});
