import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../fixtures/bundle';

/** The Node that runs the workers: this one, or the one that `npm run compat` names. */
const node = process.env['SLMGR_TEST_NODE'] ?? process.execPath;

export interface Worker {
  /** The program as one file, and the folder below which it and its stores live. */
  readonly program: string;
  readonly home: string;
  readonly remove: () => void;
}

/** Bundles a worker program once for a test file. The optional native package stays outside, where it is installed. */
export function buildWorker(name: 'store-worker' | 'estate-worker' = 'store-worker'): Worker {
  const home = mkdtempSync(join(tmpdir(), 'slmgr-worker-'));
  chmodSync(home, 0o755);
  const program = join(process.cwd(), 'node_modules', '.cache', `${name}-${process.pid}-${Date.now()}.cjs`);
  bundle({
    entryPoints: [join(__dirname, `${name}.ts`)],
    outfile: program,
    format: 'cjs',
    external: ['better-sqlite3'],
  });
  return {
    program,
    home,
    remove: () => {
      rmSync(home, { recursive: true, force: true });
      rmSync(program, { force: true });
    },
  };
}

export function startWorker(worker: Worker, args: readonly string[]): ChildProcess {
  return spawn(node, [worker.program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a worker to its end, at most half a minute; a `shell` line runs before it in a namespace of its own. */
export function runWorker(worker: Worker, args: readonly string[], shell: string | null = null): Finished {
  const command = [node, worker.program, ...args];
  const words = shell === null ? command : ['unshare', '-rm', 'sh', '-c', shell, 'sh', ...command];
  const [file = node, ...rest] = words;
  const { status, stdout, stderr } = spawnSync(file, rest, { encoding: 'utf8', timeout: 30_000 });
  return { status, stdout, stderr };
}

/** Collects a worker's lines until it ends. */
export function outcomeOf(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}
