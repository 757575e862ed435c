import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, python, run, ServedLab, testWith, works, type Ended } from './served-lab';

const legacy = { OPENSSL_CONF: join(__dirname, 'peers', 'legacy-openssl.cnf') };
const withPywinrm = testWith(
  works(python, '-c', 'import winrm, requests_ntlm'),
  "Debian's python3-winrm or python3-requests-ntlm",
);
const withAnsible = testWith(works('ansible', '--version'), "Debian's ansible-core");
const withWsl = testWith(works('which', 'wslinvoke'), "Debian's wsl (whistle)");
const withCurl = testWith(works('curl', '--version'), 'curl');
const withWinrmcp = testWith(works('which', 'winrmcp'), "Debian's winrmcp");

const cimv2 = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2';
const lab = new ServedLab();

beforeAll(() => lab.start(), 120_000);
afterAll(() => lab.stop(), 30_000);

interface Session {
  readonly protocol?: 'winrm' | 'winrms';
  readonly transport?: 'ntlm' | 'basic';
  readonly account?: { readonly user: string; readonly password: string };
  readonly machine?: string;
}

type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

async function pywinrm(
  { protocol = 'winrm', transport = 'ntlm', account = accounts.admin, machine }: Session,
  commands: Readonly<Record<string, readonly [kind: 'cmd' | 'ps' | 'raw', text: string]>>,
): Promise<Answers> {
  const scheme = protocol === 'winrm' ? 'http' : 'https';
  const input = JSON.stringify({
    url: `${scheme}://${lab.address(protocol, machine)}/wsman`,
    transport,
    ...account,
    commands,
  });
  const script = join(__dirname, 'peers', 'pywinrm-client.py');
  const { stdout, stderr } = await run(python, [script], { env: legacy, input });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Answers;
}

const usual = {
  hostname: ['cmd', 'hostname'],
  cscript: ['cmd', 'cscript //nologo %windir%\\system32\\slmgr.vbs /dli'],
  powershell: ['ps', 'cscript //nologo $env:SystemRoot\\system32\\slmgr.vbs /dli'],
  wrong: ['cmd', 'slmgr /bogus'],
  unknown: ['cmd', 'nonsense'],
} as const;

describe('python3-winrm', () => {
  const ways: readonly (readonly [string, Session])[] = [
    ['NTLM, sealed over HTTP', {}],
    ['NTLM over HTTPS, with channel binding', { protocol: 'winrms' }],
    ['Basic over HTTPS', { protocol: 'winrms', transport: 'basic' }],
    ['a password beyond Latin-1 over NTLM', { account: accounts.umlaut }],
    ['Basic in Latin-1', { protocol: 'winrms', transport: 'basic', account: accounts.latin }],
  ];
  for (const [name, session] of ways) {
    withPywinrm(name, async () => {
      const text = lab.program.ok('KMS01', '/dli').replaceAll('\n', '\r\n');
      expect(await pywinrm(session, usual)).toMatchObject({
        hostname: { status: 0, stdout: 'KMS01\r\n', stderr: '' },
        cscript: { status: 0, stdout: text },
        powershell: { status: 0, stdout: text },
        wrong: { status: 1 },
        unknown: { status: 1, stderr: expect.stringContaining("'nonsense' is not recognized") as string },
      });
    });
  }

  withPywinrm('a wrong password is 401, a standard user gets fault 5', async () => {
    const wrong = { account: { user: 'admin', password: 'falsch' } };
    expect(await pywinrm(wrong, { hostname: usual.hostname })).toMatchObject({
      hostname: { error: 'InvalidCredentialsError' },
    });
    expect(await pywinrm({ account: accounts.standard }, { hostname: usual.hostname })).toMatchObject({
      hostname: { error: 'WinRMError', text: expect.stringContaining("'wsmanfault_code': '5'") as string },
    });
  });

  withPywinrm('a filtered token gets fault 5 until it is filtered no more', async () => {
    const asked = { machine: 'APP01' } as const;
    lab.program.ok('lab', 'set', 'APP01', '--elevated', 'no');
    expect(await pywinrm(asked, { hostname: usual.hostname })).toMatchObject({
      hostname: { text: expect.stringContaining("'wsmanfault_code': '5'") as string },
    });
    lab.program.ok('lab', 'set', 'APP01', '--elevated', 'yes');
    expect(await pywinrm(asked, { hostname: usual.hostname })).toMatchObject({ hostname: { status: 0 } });
  });

  withPywinrm('an Enumerate of another hand goes through its sealed channel', async () => {
    const envelope = (body: string): string =>
      `<env:Envelope xmlns:env='http://www.w3.org/2003/05/soap-envelope' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
      `xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:wsen="http://schemas.xmlsoap.org/ws/2004/09/enumeration">` +
      `<env:Header><wsa:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</wsa:Action>` +
      `<wsman:ResourceURI>${cimv2}/*</wsman:ResourceURI><wsa:MessageID>uuid:11111111-2222-3333-4444-555555555555</wsa:MessageID>` +
      `</env:Header><env:Body>${body}</env:Body></env:Envelope>`;
    const filter = (wql: string): string =>
      envelope(
        `<wsen:Enumerate><wsman:OptimizeEnumeration/><wsman:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL"><![CDATA[${wql}]]></wsman:Filter></wsen:Enumerate>`,
      );
    const answers = await pywinrm(
      {},
      {
        service: ['raw', filter('SELECT Version FROM SoftwareLicensingService')],
        noClass: ['raw', filter('SELECT * FROM Win32_Nothing')],
        noProperty: ['raw', filter('SELECT ID, NoSuchThing FROM SoftwareLicensingProduct')],
      },
    );
    expect(answers['service']?.['xml']).toMatch(/<Version>10\.0\.\d+/);
    expect(answers['service']?.['xml']).toContain('RelatesTo>uuid:11111111-2222-3333-4444-555555555555<');
    expect(answers).toMatchObject({ noClass: { error: 'WinRMError' }, noProperty: { error: 'WinRMError' } });
  });
});

describe('Ansible', () => {
  async function ansible(command: string): Promise<Ended> {
    const folder = join(lab.program.home, 'ansible');
    mkdirSync(folder, { recursive: true });
    const { user, password } = accounts.admin;
    writeFileSync(
      join(folder, 'inventory'),
      [
        `kms01 ansible_host=127.0.0.1 ansible_port=${lab.port('winrm')}`,
        '[all:vars]',
        ...['ansible_connection=winrm', 'ansible_winrm_transport=ntlm', 'ansible_winrm_scheme=http'],
        ...['ansible_shell_type=powershell', `ansible_user=${user}`, `ansible_password=${password}`, ''],
      ].join('\n'),
      { mode: 0o600 },
    );
    const env = {
      ...legacy,
      ...{ HOME: folder, ANSIBLE_HOME: folder, ANSIBLE_LOCAL_TEMP: folder, ANSIBLE_NOCOLOR: '1' },
    };
    return await run('ansible', ['-i', join(folder, 'inventory'), 'all', '-m', 'raw', '-a', command], {
      env,
    });
  }

  withAnsible('its winrm connection runs raw commands', async () => {
    const ok = await ansible('cscript //nologo $env:windir\\system32\\slmgr.vbs /xpr');
    expect(ok).toMatchObject({ status: 0 });
    expect(ok.stdout).toContain('rc=0');
    expect(ok.stdout).toContain('Windows(R), ServerDatacenter edition:');
    const wrong = await ansible('slmgr /bogus');
    expect(wrong.status).not.toBe(0);
    expect(wrong.stdout).toContain('Unrecognized option: /bogus');
  });
});

describe('wsl (whistle)', () => {
  async function wsl(program: string, ...words: readonly string[]): Promise<Ended> {
    const folder = join(lab.program.home, `wsl-${Math.random().toString(36).slice(2)}`);
    mkdirSync(folder);
    return await run(program, words, {
      cwd: folder,
      env: {
        ...{ HOME: folder, WSENDPOINT: lab.address('winrm'), WSNOSSL: '1', WSDONTASK: 'y' },
        ...{ WSUSER: accounts.admin.user, WSPASS: accounts.admin.password },
        ...{ IPINTERACTIVE: '0', WSENUMOPTIMIZE: '1' },
      },
    });
  }
  const wql = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';

  withWsl('WQL by Enumerate and Pull', async () => {
    const query = 'SELECT ID, Name, PartialProductKey FROM SoftwareLicensingProduct';
    const { status, stdout } = await wsl(
      ...(['wslenum', `${cimv2}/*`, '-dialect', wql, '-filter', query, '-opti', '1'] as const),
    );
    expect(status).toBe(0);
    expect(stdout).toContain('<Name>Windows(R), ServerDatacenter edition</Name>');
    expect(await wsl('wslenum', `${cimv2}/SoftwareLicensingService`)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/<p:Version>10\.0\./) as string,
    });
  });

  withWsl('InstallProductKey and Activate on the references that it enumerates itself', async () => {
    const { stdout: key } = lab.program.run('keys', 'ServerDatacenter');
    const gvlk = /\b(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b/.exec(key)?.[0] ?? 'WX4NM-KYWYW-QJJR4-XV3QB-6VM33';
    const service = `${cimv2}/SoftwareLicensingService`;
    const installed = await wsl('wslinvoke', service, 'InstallProductKey', `ProductKey=${gvlk}`);
    expect(installed).toMatchObject({ status: 0 });
    expect(installed.stdout).toContain('<p:ReturnValue>0</p:ReturnValue>');
    const refused = await wsl('wslinvoke', service, 'InstallProductKey', 'ProductKey=NONSENSE');
    expect(refused.status).not.toBe(0);
    // The lab's DNS knows no KMS host: the provider's own number comes through.
    const activated = await wsl('wslinvoke', `${cimv2}/SoftwareLicensingProduct`, 'Activate');
    expect(activated.stdout).toContain(String(0x8007232b));
  });
});

withCurl('curl signs in with NTLM over HTTPS, without channel binding', async () => {
  const identify =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">' +
    '<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>';
  const ask = async (password: string): Promise<string> =>
    (
      await run('curl', [
        ...['-q', '-s', '-k', '--ntlm', '-u', `${accounts.admin.user}:${password}`, '--max-time', '20'],
        ...['-H', 'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary', identify],
        ...['-w', '%{http_code}', `https://${lab.address('winrms')}/wsman`],
      ])
    ).stdout;
  expect(await ask(accounts.admin.password)).toMatch(/IdentifyResponse.*200$/);
  expect(await ask('falsch')).toBe('401');
});

withWinrmcp('winrmcp copies a file that slmgr on the machine then reads', async () => {
  const file = join(lab.program.home, 'copied.xrm-ms');
  writeFileSync(file, '<?xml version="1.0"?>\n<r:license xmlns:r="urn:mpeg:mpeg21:2003:01-REL-R-NS"/>\n');
  const { user, password } = accounts.admin;
  const words = [`-addr=${lab.address('winrm')}`, `-user=${user}`, `-pass=${password}`];
  const target = 'C:\\licences\\copied.xrm-ms';
  const copied = await run('winrmcp', [...words, file, target]);
  expect(copied).toMatchObject({ status: 0 });
  const answers = await pywinrm(
    {},
    {
      there: ['cmd', `type ${target}`],
      missing: ['cmd', 'type C:\\licences\\none.xrm-ms'],
      installed: ['cmd', `slmgr /ilc ${target}`],
    },
  );
  expect(answers['there']?.['stdout']).toContain('urn:mpeg:mpeg21:2003:01-REL-R-NS');
  expect(answers).toMatchObject({ missing: { status: 1 } });
  expect(answers['installed']?.['stdout']).not.toContain('0x80070002');
});
