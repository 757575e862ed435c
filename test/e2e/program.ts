import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const launcher = resolve(__dirname, '../../bin/slmgr');
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

  constructor() {
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
    options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
    ...words: readonly string[]
  ): Ended {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [launcher, ...words], {
      encoding: 'utf8',
      env: { ...this.env, ...options.env },
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
      ...(options.input === undefined ? {} : { input: options.input }),
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
  data(...words: readonly string[]): Document['data'] {
    const document = this.json(...words);
    if (!document.ok) throw new Error(`slmgr ${words.join(' ')}: ${JSON.stringify(document)}`);
    return document.data;
  }

  /** Starts a command line that goes on; kill what comes back. */
  start(...words: readonly string[]): ReturnType<typeof spawn> {
    return spawn(process.execPath, [launcher, ...words], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
