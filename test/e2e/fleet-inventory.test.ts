import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Program, type Document } from './program';
import { Running } from './served';

const password = 'Secret-Pa55!word';
let lab: Program;

interface Machine {
  readonly name: string;
  readonly licensed: boolean;
  readonly reached: boolean;
  readonly uuid: string | null;
  readonly system: string | null;
  readonly failure: { readonly message: string } | null;
  readonly products: readonly { readonly partialProductKey: string | null }[];
}

beforeAll(() => {
  lab = new Program();
  lab.ok('lab', 'init', '--seed', '1');
  lab.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  lab.ok('lab', 'add', 'PC', '--count', '5', '--product', 'Windows 10 Enterprise');
});
afterAll(() => lab.remove());

const machines = (program: Program, ...words: readonly string[]): readonly Machine[] =>
  program.data<{ readonly machines: readonly Machine[] }>('fleet', 'list', ...words).machines;

describe('the inventory, from the command line', () => {
  test('an inventory in which nothing was read is empty, and says how it is filled', () => {
    const fresh = new Program();
    expect(fresh.ok('fleet', 'list')).toBe(
      'The inventory has no such machine: "slmgr fleet scan EXPRESSION" reads machines.\n',
    );
    fresh.remove();
  });

  test('a scan remembers machines, those that do not answer too; its status says so', () => {
    lab.ok('lab', 'stop', 'PC-005');
    const { status, stdout, stderr } = lab.run('fleet', 'scan', 'PC-[001-005]');
    expect(stdout).toBe('4 of 5 machines read, 1 could not be read.\n');
    expect(stderr).toMatch(/\(PC-005\): PC-005 is stopped/);
    expect(status).toBe(3);
    lab.ok('lab', 'start', 'PC-005');
    expect(lab.run('fleet', 'scan', 'PC-005!PC-005').status).toBe(1);
    const found = machines(lab, 'PC-*');
    expect(found.map(({ name, reached }) => [name, reached])).toEqual([
      ['PC-001', true],
      ['PC-002', true],
      ['PC-003', true],
      ['PC-004', true],
      ['PC-005', false],
    ]);
    expect(found[0]).toMatchObject({ system: 'Windows 10 Enterprise', licensed: false });
    expect(lab.ok('fleet', 'scan')).toBe('6 of 6 machines read.\n');
  });

  test('shows a machine with its products and its history, and refuses a name that it does not know', () => {
    lab.ok('fleet', 'scan', 'PC-001');
    const shown = lab.ok('fleet', 'show', 'pc-001');
    expect(shown).toMatch(/^Name: +PC-001\nSystem: +Windows 10 Enterprise\n/);
    expect(shown).toMatch(/Windows\(R\), Enterprise edition +status/);
    const unknown = lab.run('fleet', 'show', 'PC-01');
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toMatch(/has no machine PC-01\. Did you mean PC-001\?/);
    expect(lab.run('fleet', 'list', 'NOBODY-*').stderr).toMatch(/No known machine fits NOBODY-\*/);
  });

  test('sorts, and shows the columns that are wished', () => {
    lab.ok('fleet', 'scan');
    const rows = lab.ok('fleet', 'list', '--columns', 'name,kind', '--sort', '-name', '--tsv');
    expect(rows.split('\n').slice(0, 3)).toEqual(['Machine\tKind', 'PC-005\tsimulated', 'PC-004\tsimulated']);
    const wrong = lab.run('fleet', 'list', '--columns', 'name,statsu');
    expect(wrong.stderr).toMatch(/no column "statsu"; did you mean status\?/);
    expect(wrong.status).toBe(1);
  });

  test('nothing that is kept is a whole product key or a password', () => {
    lab.ok('fleet', 'scan');
    const text = spawnSync('strings', [join(lab.home, 'data', 'fleet.db')], { encoding: 'utf8' });
    const kept = text.error === undefined ? text.stdout : JSON.stringify(machines(lab));
    expect(kept).not.toMatch(/(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}/);
    expect(machines(lab, 'PC-001')[0]?.products[0]?.partialProductKey).toMatch(/^[A-Z0-9]{5}$/);
  });

  test('several processes scan at once, and all of it is kept', async () => {
    const many = new Program();
    many.ok('lab', 'init', '--seed', '2');
    many.ok('lab', 'add', 'PC', '--count', '40', '--product', 'Windows 10 Enterprise');
    const scans = ['PC-[001-020]', 'PC-[011-030]', 'PC-[021-040]'].map(
      (part) => new Running(many, 'fleet', 'scan', part),
    );
    await Promise.all(scans.map((each) => each.until(({ stdout }) => stdout.includes('20 of 20'))));
    await Promise.all(scans.map((each) => each.stop()));
    expect(machines(many)).toHaveLength(40);
    many.remove();
  }, 60_000);

  test('machines over SSH and WinRM are read as those of the laboratory are', async () => {
    const near = new Program();
    near.env['HOME'] = near.home;
    near.env['SSH_AUTH_SOCK'] = undefined;
    near.env['SLMGR_PASSWORD'] = password;
    lab.runWith({ input: `${password}\n` }, 'lab', 'account', 'add', 'admin', '--password-stdin');
    const targets = join(near.home, 'targets.yaml');
    const serving = new Running(lab, 'lab', 'serve', '--ssh', '0', '--winrm', '0', '--targets-out', targets);
    try {
      await serving.until(({ stdout }) => stdout.split('\n').length > 12);
      const known = ['--known-hosts', `${targets}.known_hosts`];
      const scanned = near.json('fleet', 'scan', 'PC-001*,PC-002*', '--targets', targets, ...known);
      expect(scanned.data).toMatchObject({ read: 4, failed: 0 });
      lab.ok('fleet', 'scan', 'PC-001');
      const facts = ({ uuid, system, products }: Machine): unknown => ({ uuid, system, products });
      const [own] = machines(lab, 'PC-001');
      const others = machines(near, 'PC-001*');
      expect(others.map(facts)).toEqual(others.map(() => facts(own!)));
      expect(own?.uuid).not.toBeNull();
    } finally {
      await serving.stop();
      near.remove();
    }
  }, 90_000);

  test('conditions choose, tags name, findings say what to do, and what is gone is forgotten', () => {
    lab.ok('fleet', 'scan');
    expect(lab.ok('fleet', 'tag', 'PC-[001-002]', 'PC-004', 'site=berlin')).toBe('3 machines tagged.\n');
    const berlin = ['--where', 'tag.site = berlin and status != licensed'];
    expect(machines(lab, 'PC-*', ...berlin).map(({ name }) => name)).toEqual(['PC-001', 'PC-002', 'PC-004']);
    const wrong = lab.run('fleet', 'list', '--where', 'status = licenced');
    expect(wrong.stderr).toMatch(/\n {2}status = licenced\n {11}\^\n"licenced" is not a status/);
    const { findings } = lab.data<{ readonly findings: readonly { id: string; machines: string[] }[] }>(
      'fleet',
      'findings',
      'PC-*',
    );
    expect(findings.find(({ id }) => id === 'notification' || id === 'expiring')?.machines).toContain(
      'PC-001',
    );
    expect(lab.ok('fleet', 'findings')).toMatch(/^\S.* \(\d+\)\n {2}\S.*\n {2}\S.*\n {2}\S/);
    expect(lab.ok('fleet', 'history', 'PC-001', '--since', '1d')).toMatch(/PC-001 .* status/);
    expect(lab.ok('fleet', 'history', '--as-of', '2020-01-01')).toBe('Nothing changed.\n');
    const refused = lab.run('fleet', 'forget', 'PC-*');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('means 5 machines')]);
    expect(lab.ok('fleet', 'forget', 'KMS01')).toBe('1 machine forgotten.\n');
    expect(machines(lab).map(({ name }) => name)).not.toContain('KMS01');
  });

  test('a store that is none is refused, with no password in what is said', () => {
    const refused: Document = lab.json('fleet', 'list', '--store', 'mysql://me:secret@db/fleet');
    expect(refused).toMatchObject({ ok: false, exitCode: 1 });
    expect(refused.messages.join()).toMatch(/mysql:\/\/me@db\/fleet is no inventory/);
    const away = lab.run(
      'fleet',
      'list',
      '--store',
      'postgres://me:secret@127.0.0.1:1/fleet?password=secret',
    );
    expect(away.status).toBe(1);
    expect(away.stderr).toMatch(
      /^slmgr: The inventory postgres:\/\/me@127\.0\.0\.1:1\/fleet\S* cannot be used: .*ECONNREFUSED/,
    );
    expect(away.stderr).not.toContain('secret');
  });
});
