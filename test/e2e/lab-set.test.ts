import { Program } from './program';

const program = new Program();
beforeAll(() => {
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '3');
  program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2008 Standard');
}, 120_000);
afterAll(() => program.remove());

interface SetData {
  readonly dnsSuffix: string | null;
  readonly searchList: readonly string[];
  readonly firewall: { readonly ports: readonly number[]; readonly wmi: boolean } | null;
  readonly kmsUpdate: boolean;
}

const set = (...words: string[]): SetData => {
  const document = JSON.parse(program.ok('lab', 'set', 'KMS01', ...words, '--json')) as {
    readonly data: SetData;
  };
  return document.data;
};

test('lab set: search lists, the firewall and the KMS update', () => {
  expect(set('--dns-suffix', 'a.example, b.example')).toMatchObject({
    dnsSuffix: 'a.example',
    searchList: ['a.example', 'b.example'],
  });
  expect(set('--dns-suffix', 'c.example')).toMatchObject({ dnsSuffix: 'c.example', searchList: [] });
  expect(set('--dns-suffix', '')).toMatchObject({ dnsSuffix: null, searchList: [] });
  expect(set('--firewall', 'on,kms,1700', '--kms-update', 'no')).toMatchObject({
    firewall: { ports: [1688, 1700], wmi: false },
    kmsUpdate: false,
  });
  expect(set('--firewall', 'on,WMI')).toMatchObject({ firewall: { ports: [], wmi: true } });
  expect(set('--firewall', 'off').firewall).toBeNull();
  for (const words of [
    ['--firewall', 'on,0'],
    ['--firewall', 'off,kms'],
    ['--dns-suffix', 'a.example,,b.example'],
    ['--kms-update', 'maybe'],
  ]) {
    const { status, stderr } = program.run('lab', 'set', 'KMS01', ...words);
    expect([words, status, stderr]).toEqual([words, 1, expect.stringContaining('must be')]);
  }
  expect(set('--kms-update', 'yes')).toMatchObject({ firewall: null, dnsSuffix: null });
}, 120_000);

test('lab registry: values elsewhere by their name or whole path', () => {
  const registry = (...words: string[]): ReturnType<Program['run']> =>
    program.run('lab', 'registry', 'KMS01', ...words);
  expect(registry('set', 'localaccounttokenfilterpolicy', '0x1').status).toBe(0);
  const path = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\LocalAccountTokenFilterPolicy`;
  expect(registry('get', path).stdout).toBe('1\n');
  expect(registry('delete', path).status).toBe(0);
  expect(registry('get', path).stderr).toContain('has no value');
  expect(
    registry('delete', String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\EditionID`).stderr,
  ).toContain('Windows makes it itself');
}, 60_000);
