import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { kmsServe } from '../../../src/cli/commands/kms/serve';
import { expectGoodUnit } from '../../fixtures/systemd';

const guide = readFileSync(resolve(__dirname, '../../../docs/kms-service.md'), 'utf8');
const unit = /```ini\n([^`]*)```/.exec(guide)?.[1] ?? '';

describe('the unit of docs/kms-service.md', () => {
  test('runs kms serve with options that it has', () => {
    expect(unit).toContain('ExecStart=/usr/bin/env slmgr kms serve %i $OPTIONS\n');
    const [, options = ''] = /"OPTIONS=([^"]*)"/.exec(unit) ?? [];
    const names = options.split(' ').flatMap((word) => (word.startsWith('--') ? [word.slice(2)] : []));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(kmsServe.options).toContain(name);
  });

  expectGoodUnit('slmgr-kms@.service', unit);
});
