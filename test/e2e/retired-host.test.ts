import { Program } from './program';

test('the records of a host that was removed go by its name, those of others stay, and a second time there is nothing', () => {
  const program = new Program();
  try {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    const product = 'Windows Server 2019 Standard';
    for (const name of ['KMS01', 'KMS02']) {
      program.ok('lab', 'add', name, '--product', product);
      const key = program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', product).trim();
      program.ok(name, '/ipk', key);
      program.ok(name, '/ato');
    }
    program.ok('lab', 'remove', 'KMS01');
    expect(program.ok('lab', 'dns', 'records')).toMatch(/kms01[^]*kms02/);
    expect(program.ok('kms', 'unpublish', 'KMS01')).toBe('Removed KMS01 from lab.example.\n');
    const left = program.ok('lab', 'dns', 'records');
    expect(left).not.toContain('kms01');
    expect(left).toContain('kms02.lab.example');
    const again = program.run('kms', 'unpublish', 'KMS01');
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('There is no machine KMS01')]);
  } finally {
    program.remove();
  }
});
