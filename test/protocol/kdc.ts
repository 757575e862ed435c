import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../fixtures/ports';

const realm = 'LAB.EXAMPLE';

/** The folder of the optional package kerberos: SLMGR_TEST_KERBEROS, or where a require finds it; null for none. */
export const kerberosPackage = process.env['SLMGR_TEST_KERBEROS'] ?? installed();

function installed(): string | null {
  try {
    return dirname(createRequire(__filename).resolve('kerberos/package.json'));
  } catch {
    return null;
  }
}

/** MIT's KDC for the realm LAB.EXAMPLE on loopback, with everything that it has in a folder of its own. */
export class Kdc {
  readonly folder = mkdtempSync(join(tmpdir(), 'slmgr-kdc-'));
  readonly #password = 'Passw0rd-1!';
  readonly #logFile = join(this.folder, 'kdc.log');
  #process: ChildProcess | null = null;

  /** Environment of a program that uses the realm; without {@link Kdc.signIn} its ticket cache is absent. */
  readonly env = {
    KRB5_CONFIG: join(this.folder, 'krb5.conf'),
    KRB5_KDC_PROFILE: join(this.folder, 'kdc.conf'),
    KRB5_KTNAME: join(this.folder, 'keytab'),
    KRB5CCNAME: `FILE:${join(this.folder, 'tickets')}`,
    // The replay cache goes with the folder.
    KRB5RCACHEDIR: this.folder,
  };

  /** Creates the realm with its only user, admin, and its only service; returns when the KDC listens. */
  async start(service = 'HTTP/localhost'): Promise<void> {
    mkdirSync(join(this.folder, 'database'));
    await this.#configure();
    this.#run('/usr/sbin/kdb5_util', ['-r', realm, 'create', '-s', '-P', 'master-key-of-a-test']);
    this.#administer(`addprinc -pw ${this.#password} admin`);
    this.#administer(`addprinc -randkey ${service}`);
    this.#administer(`ktadd -k ${this.env.KRB5_KTNAME} ${service}`);
    this.#process = spawn('/usr/sbin/krb5kdc', ['-n', '-r', realm], {
      env: this.#environment(),
      stdio: 'ignore',
    });
    await this.#listens(this.#process);
  }

  /** Gets a ticket of the realm's only user, admin. */
  signIn(): void {
    this.#run('/usr/bin/kinit', ['admin'], `${this.#password}\n`);
  }

  /** Gives the service a new key that its keytab does not have. */
  rekeyService(service = 'HTTP/localhost'): void {
    this.#administer(`cpw -randkey ${service}`);
  }

  async stop(): Promise<void> {
    await ended(this.#process);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #configure(): Promise<void> {
    const port = await freePort();
    writeFileSync(
      this.env.KRB5_CONFIG,
      `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
qualify_shortname = ""
rdns = false
udp_preference_limit = 1
[realms]
${realm} = {
  kdc = 127.0.0.1:${port}
}
[domain_realm]
localhost = ${realm}
127.0.0.1 = ${realm}
`,
    );
    writeFileSync(
      this.env.KRB5_KDC_PROFILE,
      `[kdcdefaults]
kdc_listen = 127.0.0.1:${port}
kdc_tcp_listen = 127.0.0.1:${port}
[realms]
${realm} = {
  database_name = ${join(this.folder, 'database', 'principal')}
  key_stash_file = ${join(this.folder, 'stash')}
  acl_file = ${join(this.folder, 'acl')}
  supported_enctypes = aes256-cts-hmac-sha1-96:normal
}
[logging]
kdc = FILE:${this.#logFile}
`,
    );
  }

  async #listens(kdc: ChildProcess): Promise<void> {
    for (let tries = 0; tries < 800 && kdc.exitCode === null; tries += 1) {
      if (this.#log().includes('commencing operation')) return;
      await sleep(25);
    }
    throw new Error(`krb5kdc does not start: ${this.#log()}`);
  }

  #log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }

  #environment(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], ...this.env };
  }

  #administer(query: string): void {
    this.#run('/usr/sbin/kadmin.local', ['-r', realm, '-q', query]);
  }

  #run(program: string, words: readonly string[], input = ''): void {
    execFileSync(program, words, { env: this.#environment(), input, stdio: 'pipe', timeout: 30_000 });
  }
}

async function ended(child: ChildProcess | null): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
