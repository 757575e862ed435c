import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const launcher = resolve(__dirname, '../../bin/slmgr');
if (!existsSync(resolve(__dirname, '../../dist/slmgr.js'))) {
  throw new Error('The end-to-end tests run the built program: "npm run build" first.');
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The JSON document of `--json`, as far as the tests read it. */
export interface Document {
  readonly schema: string;
  readonly verb: string | null;
  readonly target: { readonly kind: string; readonly machine: string } | null;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly hresult: string | null;
  readonly messages: readonly string[];
  /** Shape as the verb's schema has it. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The built program with a data directory of its own, which goes with {@link Program.remove}. */
export class Program {
  readonly home = mkdtempSync(join(tmpdir(), 'slmgr-e2e-'));
  readonly env: NodeJS.ProcessEnv;
  readonly #within: readonly string[];

  /** `within`: words in front of the command that put it elsewhere, into a network namespace. */
  constructor(within: readonly string[] = []) {
    this.#within = within;
    this.env = {
      ...process.env,
      NO_COLOR: undefined,
      FORCE_COLOR: undefined,
      SLMGR_HOME: join(this.home, 'data'),
    };
  }

  /** Runs a command line to its end. */
  run(...words: readonly string[]): Ended {
    return this.runWith({}, ...words);
  }

  runWith(
    options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly uid?: number },
    ...words: readonly string[]
  ): Ended {
    const [command, ...args] = this.#line(words);
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      encoding: 'utf8',
      env: { ...this.env, ...options.env },
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
      ...(options.input === undefined ? {} : { input: options.input }),
      // Only root may do so.
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    if (error !== undefined) throw error;
    return { status: status ?? -1, stdout, stderr };
  }

  /** Runs a command line that must end with 0 and say nothing on standard error; its standard output. */
  ok(...words: readonly string[]): string {
    const { status, stdout, stderr } = this.run(...words);
    if (status !== 0 || stderr !== '') {
      throw new Error(`slmgr ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    }
    return stdout;
  }

  /** The one JSON document of a command line with --json added. */
  json(...words: readonly string[]): Document {
    const { stdout, stderr } = this.run(...words, '--json');
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (lines.length !== 1) throw new Error(`slmgr ${words.join(' ')} --json printed:\n${stdout}${stderr}`);
    return JSON.parse(lines[0]!) as Document;
  }

  /** The data of a document that says ok. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a test names the shape it looks for
  data<T = Document['data']>(...words: readonly string[]): T {
    const document = this.json(...words);
    if (!document.ok) throw new Error(`slmgr ${words.join(' ')}: ${JSON.stringify(document)}`);
    return document.data as T;
  }

  /** Starts a command line that goes on; kill what comes back. */
  start(...words: readonly string[]): ReturnType<typeof spawn> {
    const [command, ...args] = this.#line(words);
    return spawn(command, args, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #line(words: readonly string[]): readonly [string, ...string[]] {
    const [first, ...others] = this.#within;
    const own = [launcher, ...words];
    return first === undefined ? [process.execPath, ...own] : [first, ...others, process.execPath, ...own];
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
