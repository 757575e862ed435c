import { Program } from './program';

let program: Program;

beforeEach(() => {
  program = new Program();
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--domain', 'lab.example');
  program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2008 R2 Standard');
});

afterEach(() => program.remove());

function host(): void {
  const key = program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2008 R2 Standard');
  program.ok('KMS01', '/ipk', key.trim());
  program.ok('KMS01', '/ato');
}

test('K10.1 events have the names of their fields, in JSON and in text', () => {
  host();
  program.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise');
  program.run('PC', '/ato');
  const [sent] = program.data('lab', 'events', 'PC', '--id', '12288')['events'] as readonly {
    readonly fields: Readonly<Record<string, string>>;
    readonly log: string;
  }[];
  expect(sent?.log).toBe('Application');
  expect(sent?.fields).toMatchObject({
    'error number': '0x0',
    'host:port': 'kms01.lab.example:1688',
    'clients that the host needs': '25',
  });
  expect(Object.keys(sent?.fields ?? {})).toHaveLength(10);
  const text = program.ok('lab', 'events', 'KMS01', '--id', '12290');
  expect(text).toContain('Key Management Service: An activation request has been processed.');
  expect(text).toContain('machine name: PC, ');
});

test('--last N and -n N show the end of the log', () => {
  program.ok('lab', 'restart', 'KMS01');
  program.ok('lab', 'restart', 'KMS01');
  const ids = (...words: readonly string[]): readonly number[] =>
    (program.data('lab', 'events', 'KMS01', ...words)['events'] as readonly { id: number }[]).map(
      ({ id }) => id,
    );
  const all = ids();
  expect(all).toHaveLength(10);
  expect(ids('--last', '3')).toEqual(all.slice(-3));
  expect(ids('-n', '3')).toEqual(all.slice(-3));
  expect(ids('-n', '100')).toEqual(all);
  expect(ids('--id', '900', '-n', '1')).toEqual([900]);
  expect(program.run('lab', 'events', 'KMS01', '-n', '0').status).toBe(1);
  expect(program.run('lab', 'events', 'KMS01', '-n').status).toBe(1);
});

test('K7.5 lines of the publish list that cannot be published are told where they are set and in the log', () => {
  host();
  const set = program.run(
    'lab',
    'registry',
    'KMS01',
    'set',
    'DnsDomainPublishList',
    'branch.example, abc, 50',
    'no name.example',
    'good.example, 10, 20',
  );
  expect(set.status).toBe(0);
  expect(set.stderr).toContain('"branch.example, abc, 50" is not published. Priority and weight are numbers');
  expect(set.stderr).toContain('"no name.example" is not published. This is no DNS name.');
  program.ok('lab', 'restart', 'KMS01');
  const fields = (id: string): unknown =>
    (program.data('lab', 'events', 'KMS01', '--id', id)['events'] as readonly { fields: unknown }[])
      .slice(-2)
      .map((event) => event.fields);
  expect(fields('12293')).toEqual([
    { 'error number': '0x80070057', domain: 'branch.example, abc, 50' },
    { 'error number': '0x8007007B', domain: 'no name.example' },
  ]);
  expect(fields('12294')).toContainEqual({ domain: 'good.example' });
});

test('a registry value that the service does not know is refused with the one that was meant', () => {
  const typed = ['lab', 'registry', 'KMS01', 'set', 'DisableDnsPublishng', '1'];
  const refused = program.run(...typed);
  expect(refused).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('Did you mean DisableDnsPublishing?') as string,
  });
  expect(program.ok('lab', 'registry', 'KMS01', 'get')).toBe('KMS01 has no values.\n');
  program.ok(...typed, '--force');
  expect(program.ok('lab', 'registry', 'KMS01', 'get')).toBe('DisableDnsPublishng = 1\n');
  const product = '55c92734-d682-4d71-983e-d6ec3f16059f\\KeyManagementServiceName';
  program.ok('lab', 'registry', 'KMS01', 'set', product, 'kms.example');
  program.ok('lab', 'registry', 'KMS01', 'set', 'activation\\manual', '1');
});
