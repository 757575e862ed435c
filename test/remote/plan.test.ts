import { refuseOptionsOfOthers } from '../../src/remote/own-options';
import { planConnection, PlanError } from '../../src/remote/plan';
import { usualTargetsFile } from '../../src/remote/targets-path';
import { testPorts } from '../fixtures/remote-ports';

const text = `
targets:
  web01: { host: 10.0.0.1, port: 2222, user: admin, key: /k, jump: [a, { host: 'u@b:1', key: /etc/kb, password: { file: ~/pw } }], knownHosts: /kh, timeout: 5 }
  both: { transport: winrm, port: 15985 }
  dc01: { transport: winrms, tls: { caFile: /ca }, auth: ntlm }
`;
const ports = testPorts('/home/me', {
  readTrustedFile: (path) => Promise.resolve(path === '/t.yaml' ? { text, writable: null } : null),
});
const plan = (
  machine: string,
  options = {},
  account: { user: string; password: string } | null = null,
): ReturnType<typeof planConnection> => planConnection({ machine, account }, options, ports);

describe('planning a connection', () => {
  test('a bare host goes by SSH, and says that nobody chose it', async () => {
    expect(await plan('server01')).toMatchObject({
      host: 'server01',
      transport: 'ssh',
      transportIsUsual: true,
    });
    expect((await plan('server01')).port).toBeUndefined();
    expect(await plan('server01', { transport: 'winrm' })).toMatchObject({ transport: 'winrm', port: 5985 });
    expect((await plan('ssh://server01')).transportIsUsual).toBe(false);
  });

  test.each([
    ['server01', { caFile: '/ca' }, /--ca-file belongs to WinRM over HTTPS.*SSH, as no --transport is given/],
    ['ssh://server01', { insecure: true }, /--insecure belongs to WinRM over HTTPS/],
    ['server01', { auth: 'ntlm' }, /--auth belongs to WinRM/],
    ['winrm://server01', { fingerprint: 'AB' }, /--fingerprint belongs to WinRM over HTTPS/],
    ['winrm://server01', { identity: ['/k'] }, /--identity belongs to SSH/],
    ['winrms://server01', { acceptNew: true }, /--accept-new belongs to SSH/],
    [
      'dc01',
      { targets: ['/t.yaml'], knownHosts: '/k' },
      /--known-hosts belongs to SSH, and this machine is reached by WinRM over/,
    ],
  ])('%s with %j: an option of another transport is refused', async (machine, options, reason) => {
    const made = await plan(machine, options);
    expect(() => refuseOptionsOfOthers(options, made)).toThrow(reason);
  });

  test('options that say nothing are no options of another transport', async () => {
    const winrms = { identity: [], acceptNew: false, auth: 'ntlm', insecure: true };
    refuseOptionsOfOthers(winrms, await plan('winrms://a', winrms));
    const ssh = { insecure: false, identity: ['/k'] };
    refuseOptionsOfOthers(ssh, await plan('ssh://a', ssh));
  });

  test('the targets file, and what the command line says over it', async () => {
    const targets = ['/t.yaml'];
    expect(await plan('web01', { targets })).toMatchObject({
      host: '10.0.0.1',
      port: 2222,
      user: 'admin',
      identityFiles: ['/k'],
      jump: [
        { address: 'a', identityFiles: [], password: undefined },
        { address: 'u@b:1', identityFiles: ['/etc/kb'], password: { file: '/home/me/pw' } },
      ],
      knownHostsFile: '/kh',
      timeout: 5000,
    });
    const account = { user: 'CORP\\x', password: '-' };
    const over = await plan('web01', { targets, identity: ['/i'], knownHosts: '/o', timeout: 1000 }, account);
    expect(over).toMatchObject({
      user: 'CORP\\x',
      identityFiles: ['/i'],
      knownHostsFile: '/o',
      timeout: 1000,
    });
    expect(over.password).toMatchObject({ commandLine: '-', whose: 'CORP\\x@10.0.0.1' });
    expect(await plan('dc01', { targets })).toMatchObject({ tls: { caFile: '/ca' } });
    expect(await plan('dc01', { targets, fingerprint: 'AB' })).toMatchObject({
      transport: 'winrms',
      port: 5986,
      auth: 'ntlm',
      tls: { caFile: undefined, fingerprint: 'AB' },
    });
  });

  test("the entry's port belongs to the entry's transport", async () => {
    const targets = ['/t.yaml'];
    expect(await plan('both', { targets })).toMatchObject({ transport: 'winrm', port: 15985 });
    expect(await plan('both', { targets, transport: 'winrms' })).toMatchObject({ port: 5986 });
    expect((await plan('both', { targets, transport: 'ssh' })).port).toBeUndefined();
    expect(await plan('web01', { targets, transport: 'winrm' })).toMatchObject({ port: 2222 });
  });

  test('what cannot be followed is refused', async () => {
    await expect(plan('ssh://server01', { transport: 'winrm' })).rejects.toThrow(PlanError);
    await expect(plan('server01', { transport: 'telnet' })).rejects.toThrow(/telnet/);
    await expect(plan('server01', { targets: ['/absent'] })).rejects.toThrow(/not there/);
  });

  test('where the targets file is looked for', () => {
    expect(usualTargetsFile({ env: {}, platform: 'linux', home: '/home/me' })).toBe(
      '/home/me/.config/slmgr/targets.yaml',
    );
    expect(usualTargetsFile({ env: { XDG_CONFIG_HOME: '/x' }, platform: 'linux', home: '/h' })).toBe(
      '/x/slmgr/targets.yaml',
    );
    expect(usualTargetsFile({ env: { APPDATA: '/a' }, platform: 'win32', home: '/h' })).toBe(
      '/a/slmgr/targets.yaml',
    );
  });
});
