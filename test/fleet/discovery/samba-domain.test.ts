import { dirname, join, resolve } from 'node:path';
import { describeWithSambaDomain, SambaDomain } from '../../fixtures/samba-domain';
import { kerberosPackage } from '../../protocol/kdc';
import { type Ended, run } from '../../protocol/served-lab';

const launcher = resolve(__dirname, '../../../bin/slmgr');
const day = 86_400_000;
const many = 1010;
/** Of Active Directory: WORKSTATION_TRUST_ACCOUNT, and with ACCOUNTDISABLE. */
const [enabled, disabled] = ['4096', '4098'];

function fileTime(milliseconds: number): string {
  return String((BigInt(milliseconds) + 11_644_473_600_000n) * 10_000n);
}

describeWithSambaDomain('fleet discover ad, against a domain controller of Samba', () => {
  const domain = new SambaDomain();
  beforeAll(async () => {
    const now = Date.now();
    await domain.start([
      ...Array.from({ length: many }, (_each, at) => `PC-${at} ${enabled} ${fileTime(now - 3 * day)}`),
      `OLD-1 ${enabled} ${fileTime(now - 400 * day)}`,
      `OFF-1 ${disabled} 0`,
    ]);
  }, 300_000);
  afterAll(() => domain.stop());

  const discover = (...words: readonly string[]): Promise<Ended> => {
    const line = ['fleet', 'discover', 'ad', 'corp.example', '--server', domain.address, ...words];
    return run(process.execPath, [launcher, ...line, '--ca-file', domain.caFile], {
      env: {
        ...domain.env,
        NODE_PATH: dirname(kerberosPackage ?? ''),
        HOME: domain.folder,
        SLMGR_HOME: join(domain.folder, 'data'),
        SLMGR_AD_PASSWORD: domain.password,
      },
    });
  };
  const names = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { status, stderr, stdout } = await discover(...words, '--json');
    expect([status, stderr, status === 0 ? '' : stdout]).toEqual([0, '', '']);
    const { data } = JSON.parse(stdout) as { data: { candidates: { name: string }[] } };
    return data.candidates.map(({ name }) => name);
  };
  const user = ['--user', domain.user];

  test('its DNS names it, and it gives its enabled computers page by page', async () => {
    const all = await names(...user);
    expect(all).toHaveLength(many + 2);
    expect(all).toEqual(
      expect.arrayContaining(['pc-0.corp.example', 'old-1.corp.example', 'dc1.corp.example']),
    );
    expect(await names(...user, '--with-disabled', '--start-tls')).toHaveLength(many + 3);
    expect(await names(...user, '--logon-days', '30', '--ou', 'CN=Computers')).toHaveLength(many);
    expect(await names('--user', 'CORP\\Administrator', '--filter', '(cn=OLD-*)')).toEqual([
      'old-1.corp.example',
    ]);
  }, 120_000);

  test('a wrong password is told', async () => {
    const { status, stderr } = await discover('--user', 'nobody@corp.example');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/does not take this user and password/)]);
  }, 120_000);

  (kerberosPackage === null ? test.skip : test)(
    'it takes a ticket of its own KDC',
    async () => {
      await domain.signIn();
      expect(await names('--kerberos')).toHaveLength(many + 2);
      expect(await names('--kerberos', '--start-tls', '--filter', '(cn=OLD-*)')).toEqual([
        'old-1.corp.example',
      ]);
    },
    120_000,
  );
});
