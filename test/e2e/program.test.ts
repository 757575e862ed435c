import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { commands } from '../../src/cli/commands';
import { documentEnvelope } from '../../src/cli/schemas/document';
import { dryRunData, verbDataSchemas } from '../../src/render/schemas/verbs';
import { Program } from './program';

const gvlk = '33PXH-7Y6KF-2VJC9-XBBR8-HVTHH';

describe('the built program', () => {
  const program = new Program();
  afterAll(() => program.remove());

  beforeAll(() => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '5');
    program.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise');
    program.ok('lab', 'add', 'NEW', '--product', 'Windows 11 Enterprise');
    program.ok('lab', 'add', 'PAID', '--product', 'Windows 7 Enterprise');
    program.ok(
      'PAID',
      '/ipk',
      program.ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise').trim(),
    );
    program.ok('PAID', '/ato');
  });

  test('without a machine, a simulated local one; it is no estate', () => {
    const fresh = new Program();
    const { status, stdout: text, stderr } = fresh.run('/dli');
    expect([status, stderr]).toEqual([0, expect.stringContaining('LOCALHOST was made')]);
    expect(text).toContain('Name: Windows(R), Enterprise edition');
    expect(text).not.toContain('License Status: Licensed');
    // What exists is listed.
    expect(fresh.ok('lab', 'list')).toContain('LOCALHOST');
    fresh.ok('lab', 'init');
    expect(fresh.run('lab', 'init').stderr).toContain('--force');
    fresh.ok('lab', 'init', '--force');
    fresh.remove();
  });

  test('an option with a typing error, and an empty name of a machine, do nothing', () => {
    const typo = program.run('PC', '/rearm', '--jsn');
    expect([typo.status, typo.stdout]).toEqual([1, '']);
    expect(typo.stderr).toBe(
      'slmgr: Unknown option --jsn. Did you mean --json? What stands behind -- is no option.\n',
    );
    expect(program.json('PC', '/dli', '--nonsense')).toMatchObject({ ok: false, exitCode: 1 });
    expect(program.run('PC', '/dli', '--', '--jsn').stdout).toBe('Error: product key not found.\n\n');
    expect(program.run('', '/rearm')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('The name of the machine is empty') as string,
    });
  });

  test('usage errors of both grammars end with 1', () => {
    const none = program.run();
    expect(none.status).toBe(1);
    expect(none.stdout).toContain('Invalid combination of command parameters.');
    expect(program.run('--dli').stdout).toContain('Unrecognized option: --dli');
    expect(program.run('/?').stdout).toContain('Usage: slmgr.vbs [MachineName [User Password]] [<Option>]');
    for (const words of [
      ['lab'],
      ['lab', 'nonsense'],
      ['lab', 'add', 'X'],
      ['lab', 'add', 'X', '--product', 'Windows 3.11'],
      ['lab', 'add', 'X', '--product', 'Windows 7 Enterprise', '--count', 'many'],
      ['lab', 'add', 'not a name', '--product', 'Windows 7 Enterprise'],
      ['lab', 'show', 'NOBODY'],
      ['lab', 'clock', 'advance', 'soon'],
      ['lab', 'clock', 'set', '2020-01-01T00:00:00Z'],
      ['lab', 'events', 'PC', '--id', 'x'],
      ['explain', 'no such thing at all'],
      ['/dli', '--timeout'],
      ['/dli', '--count', '3'],
    ]) {
      const { status, stderr } = program.run(...words);
      expect([words, status]).toEqual([words, 1]);
      expect(stderr).toMatch(/^(slmgr: |Usage: slmgr lab COMMAND)/);
    }
  });

  test('a refused command line answers in JSON too', () => {
    for (const words of [
      [],
      ['--dli'],
      ['/ipk'],
      ['lab', 'show', 'NOBODY'],
      ['/dli', '--count', '3'],
      ['lab', 'x'],
    ]) {
      expect(program.json(...words)).toMatchObject({ ok: false, exitCode: 1, data: null });
    }
    expect(program.json('/ipk').verb).toBe('ipk');
  });

  test('what is typed wrong changes nothing', () => {
    const before = program.json('PC', '/dlv');
    for (const words of [
      ['/ipk', 'not-a-key'],
      ['/ipk', 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA'],
      ['/ato', 'not-a-guid'],
      ['/sprt', 'abc'],
      ['/sai', '5'],
      ['/ilc', '/no/such/file.xrm-ms'],
      ['/atp', '1'],
      ['/rearm-sku', 'x'],
    ]) {
      const { status, stdout } = program.run('PC', ...words, '--strict');
      expect([words, status]).not.toEqual([words, 0]);
      expect(stdout).not.toBe('');
    }
    expect(program.json('PC', '/dlv').data).toEqual(before.data);
  });

  test('--dry-run prints the calls and makes none', () => {
    const planned = program.ok('PC', '/ipk', gvlk, '--dry-run');
    expect(planned).toContain(`Would call service.InstallProductKey(${gvlk})`);
    const document = program.json('PC', '/skms', 'kms.example:1700', '--dry-run');
    expect(dryRunData.parse(document.data).plannedCalls.map(({ method }) => method)).toContain(
      'SetKeyManagementServiceMachine',
    );
    expect(program.ok('PC', '/dlv')).not.toContain('kms.example');
  });

  test('every reading verb answers in JSON by its schema', () => {
    for (const verb of ['dli', 'dlv', 'xpr', 'dti', 'lil', 'ltc'] as const) {
      const document = program.json('PC', `/${verb}`);
      expect(() => documentEnvelope(verb, verbDataSchemas[verb]).parse(document)).not.toThrow();
      expect(document.target).toEqual({ kind: 'simulated', machine: 'PC' });
    }
  });

  test('subcommands answer in JSON by their schemas', () => {
    const lines: readonly (readonly string[])[] = [
      ['lab', 'list'],
      ['lab', 'show', 'PC'],
      ['lab', 'clock'],
      ['lab', 'clock', 'advance', '1h'],
      ['lab', 'events', 'PC'],
      ['lab', 'dns', 'records'],
      ['lab', 'dns', 'add', 'www', 'A', '192.0.2.1'],
      ['lab', 'dns', 'remove', 'www', 'A'],
      ['lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise'],
      ['lab', 'mint-token', 'PC'],
      ['lab', 'registry', 'PC', 'set', 'SkipRearm', '1'],
      ['lab', 'registry', 'PC', 'get', 'SkipRearm'],
      ['lab', 'registry', 'PC', 'get'],
      ['lab', 'registry', 'PC', 'delete', 'SkipRearm'],
      ['lab', 'set', 'PC', '--elevated', 'yes', '--clock-skew', '-90s', '--slic', 'marker'],
      ['lab', 'restart', 'PC'],
      ['lab', 'clone', 'PC', 'PC-B'],
      ['lab', 'hardware-change', 'PC-B'],
      ['lab', 'remove', 'PC-B'],
      ['lab', 'install', 'PC', '--product', 'Office LTSC Professional Plus 2021'],
      ['lab', 'export', join(program.home, 'estate.json')],
      ['lab', 'import', join(program.home, 'estate.json'), '--force'],
      ['keys', 'windows', '7'],
      ['explain', '0xC004F074'],
      ['completion', 'bash'],
      ['snapshot', 'PC'],
      ['check', 'PC'],
    ];
    for (const words of lines) {
      const command = commands
        .filter(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
        .sort((left, right) => right.name.length - left.name.length)[0]!;
      const document = program.json(...words);
      expect([words, documentEnvelope(command.name, command.data).safeParse(document).error]).toEqual([
        words,
        undefined,
      ]);
      expect([words, document.data]).not.toEqual([words, null]);
    }
  });

  test('telephone activation with the IDs of the lab', () => {
    program.ok('lab', 'add', 'PHONE', '--product', 'Windows 7 Enterprise');
    const mak = program.ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise').trim();
    program.ok('PHONE', '/ipk', mak);
    const iid = program.data('PHONE', '/dti')['installationId'] as string;
    expect(iid).toMatch(/^(\d{54}|\d{63})$/);
    const cid = program.ok('lab', 'confirm', iid).trim();
    expect(program.ok('PHONE', '/atp', cid)).toContain('Confirmation ID for product');
    expect(program.ok('PHONE', '/xpr')).toContain('The machine is permanently activated.');
  });

  test('token-based activation with a certificate of the lab', () => {
    const license = join(program.home, 'token.xrm-ms');
    program.ok('lab', 'add', 'TOKEN', '--product', 'Windows 11 Enterprise');
    const minted = program.data('lab', 'mint-token', 'TOKEN', '--license', license, '--pin', '1234');
    const thumbprint = minted['thumbprint'] as string;
    expect(minted).toMatchObject({ machine: 'TOKEN', license });
    expect(program.run('TOKEN', '/ltc').stdout).toContain('0xC004F304');
    program.ok('TOKEN', '/ilc', license);
    expect(program.ok('TOKEN', '/ltc')).toContain(`Thumbprint: ${thumbprint}`);
    expect(program.data('TOKEN', '/lil')['licenses']).toHaveLength(1);
    expect(program.run('TOKEN', '/fta', thumbprint, '9999').stdout).toContain('Error: 0x8010006B');
    expect(program.ok('TOKEN', '/fta', thumbprint, '1234')).toContain('Product activated successfully.');
    expect(program.ok('TOKEN', '/dlv')).toContain(`Certificate Thumbprint: ${thumbprint}`);
    writeFileSync(join(program.home, 'token.json'), program.ok('snapshot', 'TOKEN'));
    expect(program.ok('--snapshot', join(program.home, 'token.json'), '/ltc')).toBe(
      program.ok('TOKEN', '/ltc'),
    );
    expect(program.run('lab', 'mint-token', 'TOKEN', '--license', program.home).stderr).toContain(
      'cannot be written',
    );
    expect(program.run('lab', 'mint-token', 'TOKEN', '--pin', 'x'.repeat(65)).status).toBe(1);
  });

  test('a snapshot answers reading verbs and refuses the rest', () => {
    const file = join(program.home, 'pc.json');
    writeFileSync(file, program.ok('snapshot', 'PC'));
    for (const verb of ['/dli', '/dlv', '/xpr']) {
      expect(program.ok('--snapshot', file, verb)).toBe(program.ok('PC', verb));
    }
    const certificates = program.run('PC', '/ltc');
    expect(certificates.stdout).toContain('0xC004F304');
    expect(program.run('--snapshot', file, '/ltc')).toMatchObject({
      status: certificates.status,
      stdout: certificates.stdout,
    });
    expect(program.run('--snapshot', '/dli').stderr).toContain('--snapshot needs a value, FILE');
    const refused = program.run('--snapshot', file, '/ipk', gvlk);
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('snapshot');
    expect(program.run('--snapshot', join(program.home, 'none.json'), '/dli').status).toBe(1);
    writeFileSync(file, 'no JSON');
    expect(program.run('--snapshot', file, '/dli').stderr).toContain('holds no JSON');
    expect(program.json('--snapshot', file, '/dli')).toMatchObject({ ok: false, exitCode: 1 });
  });

  test('the AD verbs refuse a remote machine, as slmgr does', () => {
    const { status, stdout } = program.run('PC', '/ao-list');
    expect(status).toBe(1);
    expect(stdout).not.toBe('');
  });

  test('a machine that is stopped or unknown cannot be connected to', () => {
    program.ok('lab', 'stop', 'PC');
    const stopped = program.run('PC', '/dli');
    expect(stopped.stdout).toContain('Error 0x800706BA occurred in connecting to server PC.');
    expect(stopped.status).toBe(0xba);
    expect(stopped.stderr).toContain('slmgr lab start PC');
    program.ok('lab', 'start', 'PC');
  });

  test('the registry is listed, and names of JavaScript are names like others', () => {
    program.ok('lab', 'add', 'REG', '--product', 'Windows 11 Enterprise');
    expect(program.ok('lab', 'registry', 'REG', 'get')).toBe('REG has no values.\n');
    expect(program.run('lab', 'registry', 'REG', 'get', 'constructor').stderr).toContain('has no value');
    program.ok('lab', 'registry', 'REG', 'set', 'SkipRearm', '1');
    program.ok('lab', 'registry', 'REG', 'set', 'DnsDomainPublishList', 'a.example', 'b.example, 10, 5');
    program.ok('lab', 'registry', 'REG', 'set', '__proto__', 'x', '--force');
    expect(program.ok('lab', 'registry', 'REG', 'get')).toBe(
      'DnsDomainPublishList = a.example | b.example, 10, 5\nSkipRearm = 1\n__proto__ = x\n',
    );
    expect(program.data('lab', 'registry', 'REG', 'get')).toMatchObject({ machine: 'REG', key: null });
    expect(program.run('lab', 'registry', 'REG', 'set').stderr).toContain('<key> is missing');
  });

  test('a machine without a key is one line of the list', () => {
    program.ok('lab', 'add', 'BARE', '--product', 'Windows 7 Enterprise');
    program.ok(
      'BARE',
      '/ipk',
      program.ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise').trim(),
    );
    program.ok('BARE', '/upk');
    expect(program.ok('lab', 'list')).toMatch(/^BARE +Windows 7 Enterprise +no key +Unlicensed .*\n(?!-)/m);
    expect(program.data('lab', 'show', 'BARE')['products']).toHaveLength(1);
  });

  test('several machines are stopped, started and removed at once, or none', () => {
    program.ok('lab', 'add', 'ROW', '--count', '3', '--product', 'Windows 7 Enterprise');
    expect(program.run('lab', 'stop', 'ROW-001', 'ROW-009').stderr).toContain('There is no machine ROW-009');
    expect(program.data('lab', 'show', 'ROW-001')).toMatchObject({ running: true });
    expect(program.ok('lab', 'stop', 'ROW-001', 'row-001', 'ROW-002')).toBe(
      'ROW-001 is stopped.\nROW-002 is stopped.\n',
    );
    expect(program.data('lab', 'restart', 'ROW-001', 'ROW-003')).toEqual({
      machines: [
        { machine: 'ROW-001', running: true },
        { machine: 'ROW-003', running: true },
      ],
    });
    expect(program.data('lab', 'remove', 'ROW-001', 'ROW-002', 'ROW-003')).toEqual({
      machines: ['ROW-001', 'ROW-002', 'ROW-003'],
    });
    expect(program.run('lab', 'show', 'ROW-001').status).toBe(1);
  });

  test('check ends as a monitoring plugin does', () => {
    expect(program.run('check', 'PC')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^LICENSE WARNING - /) as string,
    });
    expect(program.run('check', 'PAID')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^LICENSE OK - /) as string,
    });
    expect(program.run('check', 'NEW')).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^LICENSE CRITICAL - /) as string,
    });
    expect(program.run('check', 'PC', '--warn-days', 'soon').status).toBe(3);
    expect(program.run('check', '--no-such-option')).toMatchObject({ status: 3, stdout: '' });
    expect(program.run('check', '--snapshot', '/no/such/file')).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/^LICENSE UNKNOWN - /) as string,
    });
  });

  test('the version names Node and the store driver', () => {
    expect(program.data('--version')).toMatchObject({
      version,
      node: process.versions.node,
      storeDriver: { sqlite: expect.any(String) as string },
    });
    expect(program.ok('--version')).toContain(`slmgr ${version}`);
  });

  test('help, completion and piping', () => {
    expect(program.ok('--help')).toContain('slmgr lab ...');
    expect(program.ok('/ipk', '--help')).toContain('/ipk <Product Key>');
    expect(program.ok('lab', '--help')).toContain('slmgr lab add');
    expect(program.ok('lab', 'add', '--help')).toContain('Examples:');
    expect(program.ok('@complete', 'la')).toBe('lab\n');
    expect(program.ok('@complete', 'lab', 'show', 'PAI')).toBe('PAID\n');
    expect(program.ok('@complete', 'PC', '/ao')).toBe('/ao-list\n');
    expect(program.ok('@complete', 'lab', 'add', 'X', '--product', 'Windows 7 E')).toContain(
      'Windows 7 Enterprise\n',
    );
    expect(program.ok('@complete', 'lab', 'set', 'PC', '--slic', '')).toBe('none\nmarker\nno-marker\n');
    const head = program.run(
      'lab',
      'exec',
      'PC',
      '--',
      'sh',
      '-c',
      `"${process.execPath}" -v >/dev/null; true`,
    );
    expect(head.status).toBe(0);
  });

  test('events are followed, one JSON document a line', async () => {
    program.ok('NEW', '/skms', 'nowhere.lab.example');
    const child = program.start('lab', 'events', 'NEW', '--follow', '--json');
    const lines: string[] = [];
    let rest = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const waitFor = async (count: number): Promise<void> => {
      for (let tries = 0; lines.length < count && tries < 200; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    program.run('NEW', '/ato');
    await waitFor(1);
    const before = lines.length;
    program.run('NEW', '/ato');
    await waitFor(before + 1);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(lines.length).toBeGreaterThan(before);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ verb: 'lab events', ok: true, target: { machine: 'NEW' } });
    }
  });

  test('the store lies where SLMGR_HOME says, for its owner alone', () => {
    expect(existsSync(join(program.home, 'data', 'estate.db'))).toBe(true);
    const own = join(program.home, 'broken');
    mkdirSync(own);
    writeFileSync(join(own, 'estate.db'), 'this is no database, and long enough to be looked at as one');
    const { status, stderr } = program.runWith({ env: { SLMGR_HOME: own } }, '/dli');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^slmgr: .*estate\.db/);
    expect(readFileSync(join(own, 'estate.db'), 'utf8')).toContain('this is no database');
  });
});
