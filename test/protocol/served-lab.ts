import { execFile, execFileSync, type ExecFileException } from 'node:child_process';
import { join } from 'node:path';
import { Program } from '../e2e/program';
import { Running } from '../e2e/served';

export const python = '/usr/bin/python3';

/** An administrator whose password every client can send, one whose password is not ASCII, and a standard user. */
export const accounts = {
  admin: { user: 'admin', password: 'Passw0rd-1!' },
  umlaut: { user: 'jörg', password: 'Pässwörd-1€' },
  latin: { user: 'rene', password: 'Pässwörd-1' },
  standard: { user: 'joe', password: 'Passw0rd-2!' },
} as const;

export type Protocol = 'ssh' | 'winrm' | 'winrms';

/** A laboratory with two machines that the built program serves over all three protocols, on free ports. */
export class ServedLab {
  readonly program = new Program();
  readonly targetsFile = join(this.program.home, 'targets.yaml');
  #running: Running | null = null;

  async start(): Promise<void> {
    const { program } = this;
    program.ok('lab', 'init');
    program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
    program.ok('lab', 'add', 'APP01', '--product', 'Windows Server 2022 Datacenter');
    for (const { user, password } of Object.values(accounts)) {
      const role = user === accounts.standard.user ? ['--standard'] : [];
      const added = program.runWith(
        { input: `${password}\n` },
        ...['lab', 'account', 'add', user, '--password-stdin', ...role],
      );
      if (added.status !== 0) throw new Error(added.stdout + added.stderr);
    }
    const ports = ['--ssh', '0', '--winrm', '0', '--winrms', '0', '--targets-out', this.targetsFile];
    this.#running = new Running(program, 'lab', 'serve', ...ports);
    await this.#running.until(({ stdout }) => stdout.split('\n').length > 6, 60_000);
  }

  /** ADDR:PORT of a machine. */
  address(protocol: Protocol, machine = 'KMS01'): string {
    const found = new RegExp(`^${machine} ${protocol} (\\S+)$`, 'm').exec(this.#running?.stdout ?? '');
    if (found?.[1] === undefined) throw new Error(`${machine} is not served over ${protocol}`);
    return found[1];
  }

  port(protocol: Protocol, machine = 'KMS01'): string {
    return this.address(protocol, machine).replace(/^.*:/, '');
  }

  async stop(): Promise<void> {
    try {
      const status = await this.#running?.stop();
      if (status !== undefined && status !== 0) throw new Error(`lab serve ended with ${String(status)}`);
    } finally {
      this.program.remove();
    }
  }
}

export function works(program: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

export type TestBody = () => Promise<void>;

/** Tests that need another program: skipped, with the reason in their names, where that is absent. */
export function testWith(isThere: boolean, what: string): (name: string, body: TestBody) => void {
  return (name, body) => {
    if (isThere) test(name, body, 120_000);
    else test.skip(`${name} (skipped: ${what} is not installed)`, body);
  };
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Longest time, ms. */
  readonly timeout?: number;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs another program to its end without blocking this one. */
export async function run(
  program: string,
  words: readonly string[],
  { env = {}, cwd, input, timeout = 90_000 }: RunOptions = {},
): Promise<Ended> {
  return await new Promise<Ended>((fulfil) => {
    const child = execFile(
      program,
      [...words],
      { env: { ...plainEnvironment(), ...env }, cwd, timeout, maxBuffer: 16 * 1024 * 1024 },
      (error: ExecFileException | null, stdout, stderr) => {
        const code = error?.code;
        fulfil({ status: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr });
      },
    );
    // A program that ends before it has read its input: its exit status says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Proxies and certificate bundles of the environment would come between; python3-winrm obeys them before its own options. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/proxy|ca_bundle|^ssh_/i.test(name) && name !== 'NODE_OPTIONS',
  );
  return Object.fromEntries(others);
}
