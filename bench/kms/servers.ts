import { buildSync } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAnswerStub } from '../../src/kms/wire/stubs';
import { labKmsInterface } from '../../src/kms/wire/syntax';

const cache = join(__dirname, '..', '..', 'node_modules', '.cache', 'slmgr-bench');

/** A server process under measurement. */
export interface MeasuredServer {
  readonly port: number;
  /** CPU seconds that the process has used. */
  readonly cpuSeconds: () => number;
  /** Resident memory in MiB. */
  readonly residentMiB: () => number;
  readonly stop: () => Promise<void>;
}

function bundled(source: string, name: string): string {
  mkdirSync(cache, { recursive: true });
  const outfile = join(cache, `${name}.js`);
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['better-sqlite3', 'node:sqlite'],
    logLevel: 'error',
  });
  return outfile;
}

async function started(child: ChildProcess): Promise<MeasuredServer> {
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)));
  });
  const { pid = 0 } = child;
  return {
    port: Number(line.trim().split(' ').at(-1)),
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    residentMiB: () => {
      const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Number(kib) / 1024;
    },
    stop: async () => {
      child.removeAllListeners('exit');
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** The plain TCP server that is the limit. */
export function startLimit(): Promise<MeasuredServer> {
  const program = bundled(join(__dirname, 'limit-server.ts'), 'limit-server');
  return started(spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** The emulated host, durable, as `kms serve` runs it. */
export function startHost(home: string): Promise<MeasuredServer> {
  const source = join(__dirname, '..', '..', 'test', 'crash', 'kms-host-process.ts');
  const program = bundled(source, 'kms-host-process');
  return started(spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** impacket's server; null where Debian's python3-impacket is absent. */
export async function startImpacket(): Promise<MeasuredServer | null> {
  const answer = encodeAnswerStub({
    kind: 'count',
    count: 50,
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10_080,
    hostExtendedPid: '99999-00140-015-871562-03-1033-7601.0000-0052026',
    hostTime: 0,
  });
  const words = [join(__dirname, 'impacket-server.py'), labKmsInterface.uuid, answer.toString('hex')];
  try {
    return await started(spawn('/usr/bin/python3', words, { stdio: ['pipe', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}
