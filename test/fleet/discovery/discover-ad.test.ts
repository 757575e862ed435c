import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeWithSlapd, Slapd } from '../../fixtures/slapd';
import { describeWithNamed, startNamed } from '../../fixtures/named';
import { InProcess, type Ran } from '../../storm/in-process';

const day = 86_400_000;
/** The first command of the file loads all modules, which takes long on a busy machine. */
const limit = 180_000;
const now = Date.now();
const fileTime = (milliseconds: number): string =>
  String((BigInt(milliseconds) + 11_644_473_600_000n) * 10_000n);

function computer(name: string, facts: Readonly<Record<string, string>>, ou = 'ou=clients'): string {
  const lines = Object.entries(facts).map(([key, value]) => `${key}: ${value}`);
  return [
    `dn: cn=${name},${ou},dc=corp,dc=example`,
    'objectClass: computer',
    `cn: ${name}`,
    ...lines,
    '',
  ].join('\n');
}

const many = 1200;
const units = ['clients', 'servers'].map(
  (ou) => `dn: ou=${ou},dc=corp,dc=example\nobjectClass: organizationalUnit\nou: ${ou}\n`,
);
const ldif = [
  ...units,
  ...Array.from({ length: many }, (_each, at) =>
    computer(`PC-${at}`, {
      dNSHostName: `pc-${at}.corp.example`,
      userAccountControl: at % 100 === 0 ? '4098' : '4096',
      lastLogonTimestamp: fileTime(now - (at % 10 === 0 ? 400 : 5) * day),
      operatingSystem: at < 600 ? 'Windows 10 Enterprise' : 'Windows 11 Enterprise',
    }),
  ),
  computer(
    'SRV1',
    { sAMAccountName: 'SRV1$', userAccountControl: '4096', operatingSystem: 'Windows Server 2022' },
    'ou=servers',
  ),
  computer(
    'ODD',
    { dNSHostName: 'odd name; rm -rf', sAMAccountName: '../odd', userAccountControl: '4096' },
    'ou=servers',
  ).replace('cn: ODD', 'cn: ODD\ncn: <odd>'),
].join('\n');

describeWithSlapd('fleet discover ad, against a real LDAP server', () => {
  const slapd = new Slapd();
  const program = new InProcess(null);
  beforeAll(() => slapd.start(ldif), limit);
  afterAll(async () => {
    await slapd.stop();
    program.remove();
  });

  const discover = (words: readonly string[], password = slapd.password): Promise<Ran> =>
    program.run(['fleet', 'discover', 'ad', 'corp.example', '--user', slapd.user, ...words], '', {
      SLMGR_AD_PASSWORD: password,
    });
  const trusted = (): readonly string[] => ['--dc', `localhost:${slapd.ldaps}`, '--ca-file', slapd.caFile];
  const found = async (...words: readonly string[]): Promise<number> => {
    const { status, out } = await discover([...trusted(), ...words, '--json']);
    expect([0, 4]).toContain(status);
    return (JSON.parse(out) as { data: { candidates: unknown[] } }).data.candidates.length;
  };

  test(
    'all enabled computers come, page by page, by their DNS names, else by their accounts',
    async () => {
      const { status, out, err } = await discover([...trusted(), '--add', '--json']);
      expect([status, err]).toEqual([0, '']);
      const { data } = JSON.parse(out) as {
        data: { candidates: { name: string; detail: string | null; from: string }[]; added: number };
      };
      expect(data.added).toBe(data.candidates.length);
      expect(data.candidates).toHaveLength(many - many / 100 + 2);
      expect(data.candidates[0]).toMatchObject({
        name: 'pc-1.corp.example',
        from: 'directory',
        detail: 'Windows 10 Enterprise',
      });
      expect(data.candidates.slice(-2).map(({ name }) => name)).toEqual(['SRV1', 'ODD']);
    },
    limit,
  );

  test(
    'an organisational unit, a filter, the last sign-in and disabled ones choose among them',
    async () => {
      expect(await found('--ou', 'OU=servers')).toBe(2);
      expect(
        await found('--ou', 'OU=servers,DC=corp,DC=example', '--filter', '(operatingSystem=Windows Server*)'),
      ).toBe(1);
      expect(await found('--ou', 'OU=clients', '--with-disabled')).toBe(many);
      expect(await found('--ou', 'OU=clients', '--with-disabled', '--logon-days', '30')).toBe(
        many - many / 10,
      );
      expect(await found('--filter', '(|(cn=PC-7)(cn=PC-8))')).toBe(2);
      expect(await found('--filter', '(cn=nobody)')).toBe(0);
    },
    limit,
  );

  test(
    'the command of the guide works',
    async () => {
      const guide = readFileSync(join(__dirname, '../../../docs/fleet.md'), 'utf8');
      const line = guide.split('\n').find((each) => each.startsWith('slmgr fleet discover ad '));
      const words = (line ?? '')
        .replace('admin@corp.example', slapd.user)
        .replace('dc01.corp.example:636', `localhost:${slapd.ldaps}`)
        .replace('corp-ca.pem', slapd.caFile);
      const { status, out } = await program.run(words.split(' ').slice(1), '', {
        SLMGR_AD_PASSWORD: slapd.password,
      });
      expect([status, out]).toEqual([0, expect.stringMatching(/\n1080 machines found\.\n$/)]);
    },
    limit,
  );

  test(
    'StartTLS does as well',
    async () => {
      const words = [
        '--dc',
        `localhost:${slapd.ldap}`,
        '--ca-file',
        slapd.caFile,
        '--start-tls',
        '--ou',
        'OU=servers',
        '--tsv',
      ];
      const { status, out } = await discover(words);
      expect([status, out.split('\n')]).toEqual([
        0,
        [
          'Name\tAddress\tVia\tPort\tFound by\tTells',
          'SRV1\t\t\t\tdirectory\tWindows Server 2022',
          'ODD\t\t\t\tdirectory\t',
          '',
        ],
      ]);
    },
    limit,
  );

  describeWithNamed('and BIND', () => {
    test(
      'the DNS server that is named knows where the domain controller is',
      async () => {
        const named = await startNamed({
          zones: [
            {
              name: 'corp.example',
              records: [
                '_ldap._tcp.dc._msdcs SRV 0 0 389 dc.elsewhere.example.',
                '_ldap._tcp.dc._msdcs SRV 9 0 389 dc01',
                'dc01 A 127.0.0.1',
              ],
            },
          ],
        });
        try {
          const server = ['--server', `${named.server.address}:${named.server.port}`];
          const own = [...server, '--ca-file', slapd.caFile, '--ou', 'OU=servers', '--tsv'];
          const dc = ['--dc', `dc01.corp.example:${slapd.ldaps}`];
          expect(await discover([...own, ...dc])).toMatchObject({ status: 0, err: '' });
          const none = await discover([...server, '--dc', 'dc02.corp.example']);
          expect(none.err).toMatch(/^slmgr: name: the address of dc02\.corp\.example is not known/);
          // The first of DNS that is within the domain is asked, at the usual port; whoever may be there is not trusted.
          const first = await discover(server);
          expect(first.err).toMatch(/the directory dc01\.corp\.example port 636 /);
        } finally {
          await named.stop();
        }
      },
      limit,
    );
  });

  test(
    'what is wrong is told with its step, and the password never leaves for whom is not trusted',
    async () => {
      const told = async (words: readonly string[], password?: string): Promise<string> => {
        const { status, err } = await discover(words, password);
        expect(status).toBe(1);
        return err;
      };
      expect(await told(trusted(), 'wrong')).toMatch(
        /^slmgr: authentication: .* does not take this user and password/,
      );
      const dc = ['--dc', `localhost:${slapd.ldaps}`];
      expect(await told(dc)).toMatch(/^slmgr: tls: .* no TLS that can be trusted .*no password was sent/);
      expect(await told(['--dc', `127.0.0.1:${slapd.ldaps}`, '--ca-file', slapd.caFile])).toMatch(
        /^slmgr: tls: .*no password was sent/,
      );
      expect(await told(['--dc', `localhost:${slapd.ldap}`, '--start-tls'])).toMatch(
        /^slmgr: tls: .*no password was sent/,
      );
      // LDAP in the clear where LDAPS is meant.
      expect(await told(['--dc', `localhost:${slapd.ldap}`, '--timeout', '20s'])).toMatch(/^slmgr: tls: /);
      expect(await told([...trusted(), '--ou', 'OU=none'])).toMatch(/^slmgr: answer: /);
      expect(await told([...trusted(), '--filter', '(cn=x'])).toMatch(/is no LDAP filter/);
      const nobody = await program.run(['fleet', 'discover', 'ad', 'corp.example']);
      expect([nobody.status, nobody.err]).toEqual([1, expect.stringMatching(/--user names who signs in/)]);
      expect(await told(['--kerberos', '--password-file', slapd.caFile])).toMatch(/no password is needed/);
      expect(await told(['--dc', 'localhost:99999'])).toMatch(/--dc localhost:99999 is no domain controller/);
    },
    limit,
  );
});

test(
  'a server that ends the connection after StartTLS was asked for is sent no password in the clear',
  async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard.push(chunk);
        // ExtendedResponse, success, to message 1; what comes then is no TLS.
        socket.write(Buffer.from('300c02010178070a010004000400', 'hex'));
        setImmediate(() => socket.end());
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const program = new InProcess(null);
    const secret = join(program.files, 'password');
    writeFileSync(secret, 'Cl3ar-Pa55\n', { mode: 0o600 });
    const words = [
      '--user',
      'admin@corp.example',
      '--dc',
      `127.0.0.1:${port}`,
      '--start-tls',
      '--password-file',
      secret,
    ];
    const { status, err } = await program.run(['fleet', 'discover', 'ad', 'corp.example', ...words]);
    expect([status, err]).toEqual([1, expect.stringMatching(/^slmgr: tls: /)]);
    expect(Buffer.concat(heard).toString('latin1')).not.toContain('Cl3ar-Pa55');
    server.close();
    program.remove();
  },
  limit,
);
