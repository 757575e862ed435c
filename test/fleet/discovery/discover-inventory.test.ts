import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, ServedLab } from '../../protocol/served-lab';
import { InProcess } from '../../storm/in-process';

interface Document {
  readonly data: {
    readonly candidates: readonly { readonly name: string; readonly via: string | null }[];
    readonly added: number | null;
    readonly read: number | null;
    readonly failures: readonly { readonly machine: string; readonly step: string | null }[];
  };
}

describe('fleet discover inventory', () => {
  let program: InProcess;
  let file: string;
  beforeEach(() => {
    program = new InProcess(null);
    file = join(program.files, 'hosts.ini');
  });
  afterEach(() => program.remove());

  test('says who is in an inventory of Ansible and how each is reached; remembers them, once', async () => {
    writeFileSync(
      file,
      '[web]\nweb[01:02] ansible_connection=winrm ansible_port=5985\n[db]\ndb1 ansible_host=192.0.2.7\n',
    );
    const { status, out, err } = await program.run(['fleet', 'discover', 'inventory', file, '--add']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/web01 .*winrm .*\n.*web02 .*winrm .*\n.*db1 +│? ?192\.0\.2\.7.*ssh/);
    expect(out).toMatch(/\n3 machines found, 3 new\.\n$/);
    const again = await program.run(['fleet', 'discover', 'inventory', file, '--add', '--json']);
    expect((JSON.parse(again.out) as Document).data.added).toBe(0);
    // The inventory keeps the way that the file says.
    const kept = await program.ok('targets', '--where', 'name ~ "*"', '--tsv');
    expect(kept.split('\n').slice(1, 4)).toEqual([
      'db1\twindows\tssh\tinventory',
      'web01\twindows\twinrm\tinventory',
      'web02\twindows\twinrm\tinventory',
    ]);
  });

  test('leaves out who is known already, by an expression as any other line takes it', async () => {
    writeFileSync(file, '[web]\nweb[01:02]\n[db]\ndb1\n');
    await program.ok('fleet', 'discover', 'inventory', file, '--add');
    writeFileSync(file, '[web]\nWEB[01:02]\n[db]\ndb1\ndb2\n');
    const line = ['fleet', 'discover', 'inventory', file];
    // @all is the inventory: the file that is looked into plays no part.
    const { status, out } = await program.run([...line, '--known', '@all', '--add']);
    expect([status, out]).toEqual([
      0,
      expect.stringMatching(/db2 [^]*\n4 machines found, 3 known already, 1 new\.\n$/),
    ]);
    expect(out).not.toMatch(/web|db1/i);
    const none = await program.run([...line, '--known', '@all', '--add', '--scan', '--json']);
    expect([none.status, (JSON.parse(none.out) as Document).data]).toEqual([
      0,
      { candidates: [], known: 4, added: 0, read: 0, failures: [], interrupted: false },
    ]);
    const some = await program.run([...line, '--known', 'db[1-2],!db2', '--json']);
    expect(some.status).toBe(1);
    const wrong = await program.run([...line, '--known', 'web77']);
    expect([wrong.status, wrong.out, wrong.err]).toEqual([1, '', expect.stringMatching(/web77/)]);
  });

  test('reads standard input, and refuses what it cannot read with the place', async () => {
    const list = JSON.stringify({ _meta: { hostvars: {} }, all: { hosts: ['a1', 'a2'] } });
    const { status, out } = await program.run(['fleet', 'discover', 'inventory', '-', '--tsv'], list);
    expect([
      status,
      out
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t')[0]),
    ]).toEqual([0, ['a1', 'a2', '']]);
    writeFileSync(file, '[web]\nweb[1:x]\n');
    const wrong = await program.run(['fleet', 'discover', 'inventory', file]);
    expect([wrong.status, wrong.err]).toEqual([1, expect.stringMatching(/hosts\.ini: line 2: web\[1:x\]/)]);
    const absent = await program.run(['fleet', 'discover', 'inventory', join(program.files, 'none')]);
    expect([absent.status, absent.err]).toEqual([1, expect.stringMatching(/none is not there/)]);
  });
});

describe('what was found is read at once, over real SSH', () => {
  const lab = new ServedLab();
  const program = new InProcess(null);
  beforeAll(async () => {
    await lab.start();
    mkdirSync(join(program.folder, '.ssh'));
    const { user } = accounts.admin;
    writeFileSync(join(program.folder, '.ssh', 'config'), `Host 127.0.0.1\n  User ${user}\n`);
  }, 100_000);
  afterAll(async () => {
    await lab.stop();
    program.remove();
  }, 60_000);

  const discover = async (...words: readonly string[]): Promise<Document['data']> => {
    const line = ['fleet', 'discover', ...words, '--scan', '--accept-new', '--json'];
    const { out } = await program.run(line, '', { SLMGR_PASSWORD: accounts.admin.password });
    return (JSON.parse(out) as Document).data;
  };

  test('of a range, by the port that answered; of a file, by its settings', async () => {
    const ports = `ssh=${lab.port('ssh')},winrm=${lab.port('winrm')},winrms=${lab.port('winrms')}`;
    expect(await discover('range', '127.0.0.1', '--ports', ports)).toMatchObject({
      candidates: [{ name: '127.0.0.1', via: 'ssh' }],
      added: 1,
      read: 1,
      failures: [],
    });
    const inventory = join(program.files, 'hosts.csv');
    const rows = [`KMS01,127.0.0.1,${lab.port('ssh')}`, 'GONE,127.0.0.1,9'];
    writeFileSync(inventory, ['name,host,port', ...rows, ''].join('\n'));
    expect(await discover('inventory', inventory)).toMatchObject({
      added: 2,
      read: 1,
      failures: [{ machine: 'GONE', step: 'tcp' }],
    });
    const list = await program.ok('fleet', 'list', '--columns', 'name,system,reached', '--tsv');
    expect(list).toContain('KMS01\tWindows Server 2022 Datacenter\tyes');
  }, 60_000);
});
