import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Slapd } from '../fixtures/slapd';
import { Kdc, kerberosPackage } from './kdc';
import { type Ended, run, testWith, works } from './served-lab';

const launcher = resolve(__dirname, '../../bin/slmgr');

const withKerberos = testWith(
  ['/usr/sbin/krb5kdc', '/usr/sbin/kadmin.local', '/usr/bin/kinit', '/usr/sbin/slapd'].every(existsSync) &&
    hasGssapi() &&
    kerberosPackage !== null &&
    works(process.execPath, '-e', 'require(process.argv[1])', kerberosPackage),
  'slapd, libsasl2-modules-gssapi-mit, krb5-kdc, krb5-admin-server, krb5-user or the npm package kerberos (SLMGR_TEST_KERBEROS=…/node_modules/kerberos)',
);

function hasGssapi(): boolean {
  const libraries = '/usr/lib';
  const folders = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))];
  return folders.some((folder) => existsSync(join(folder, 'sasl2', 'libgssapiv2.so')));
}

const ldif =
  'dn: cn=PC-1,dc=corp,dc=example\nobjectClass: computer\ncn: PC-1\nuserAccountControl: 4096\ndNSHostName: pc-1.corp.example\n';

withKerberos(
  'a directory takes a ticket of MIT’s KDC, over LDAPS and StartTLS, and proves itself',
  async () => {
    const kdc = new Kdc();
    const slapd = new Slapd();
    const discover = (...words: readonly string[]): Promise<Ended> =>
      run(process.execPath, [launcher, 'fleet', 'discover', 'ad', 'corp.example', '--kerberos', ...words], {
        env: {
          ...kdc.env,
          PATH: process.env['PATH'],
          NODE_PATH: dirname(kerberosPackage ?? ''),
          HOME: kdc.folder,
          SLMGR_HOME: join(kdc.folder, 'data'),
        },
      });
    try {
      await kdc.start('ldap/localhost');
      await slapd.start(ldif, kdc.env);
      const ldaps = ['--dc', `localhost:${slapd.ldaps}`, '--ca-file', slapd.caFile, '--tsv'];
      const none = await discover(...ldaps);
      expect([none.status, none.stderr]).toEqual([
        1,
        expect.stringMatching(
          /^slmgr: authentication: Kerberos gives no ticket for ldap\/localhost.*\nGet a ticket with kinit/,
        ),
      ]);
      kdc.signIn();
      const found = [0, '', expect.stringMatching(/\npc-1\.corp\.example\t/)];
      const secure = await discover(...ldaps);
      expect([secure.status, secure.stderr, secure.stdout]).toEqual(found);
      const startTls = ['--dc', `localhost:${slapd.ldap}`, '--ca-file', slapd.caFile, '--start-tls', '--tsv'];
      const upgraded = await discover(...startTls, '--user', 'admin@LAB.EXAMPLE');
      expect([upgraded.status, upgraded.stderr, upgraded.stdout]).toEqual(found);
      // Whose certificate is not trusted is sent no ticket either.
      const strange = await discover('--dc', `localhost:${slapd.ldaps}`);
      expect([strange.status, strange.stderr]).toEqual([1, expect.stringMatching(/^slmgr: tls: /)]);
      kdc.rekeyService('ldap/localhost');
      kdc.signIn();
      const refused = await discover(...ldaps);
      expect([refused.status, refused.stderr]).toEqual([
        1,
        expect.stringMatching(
          /^slmgr: authentication: localhost does not take the ticket .*\nLook at the ticket with klist/,
        ),
      ]);
    } finally {
      await slapd.stop();
      await kdc.stop();
    }
  },
);
