import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Runs } from '../answers/forecast';
import { type ManyWork, type OneRun, playSeeds } from './one-run';

/** Tells a thread that was started for this from any other. */
const mark = 'slmgr forecast runs';

interface ThreadData extends ManyWork {
  readonly mark: typeof mark;
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'mark' in data && data.mark === mark;
}

/** In a thread: plays its seeds and tells of each. */
if (!isMainThread && isThreadData(workerData)) {
  for (const run of playSeeds(workerData)) parentPort?.postMessage(run);
}

export interface ManyOptions extends Omit<ManyWork, 'seeds'> {
  /** The first seed; the others follow it. */
  readonly seed: number;
  readonly runs: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onRun: (done: number) => void;
}

/** Plays a scenario so many times with seeds one after the other, in threads; what comes out is the same for any number. */
export async function runMany(options: ManyOptions): Promise<Runs> {
  const { seed, runs, threads, signal, onRun } = options;
  const seeds = Array.from({ length: runs }, (_, n) => (seed + n) >>> 0);
  const shares = Array.from({ length: Math.min(threads, runs) }, (_, thread) =>
    seeds.filter((_seed, at) => at % Math.min(threads, runs) === thread),
  );
  let done = 0;
  const told = (): void => {
    done += 1;
    onRun(done);
  };
  const parts = await Promise.all(
    shares.map((share) =>
      inThread({ text: options.text, source: options.source, seeds: share }, signal, told),
    ),
  );
  return summary(parts.flat().sort((a, b) => seeds.indexOf(a.seed) - seeds.indexOf(b.seed)));
}

function inThread(work: ManyWork, signal: AbortSignal, onRun: () => void): Promise<readonly OneRun[]> {
  // Threads want a file of JavaScript: beside it, from the sources, the work is done here.
  if (!__filename.endsWith('.js')) return Promise.resolve(here(work, onRun));
  return new Promise((resolve, reject) => {
    const found: OneRun[] = [];
    const data: ThreadData = { ...work, mark };
    const worker = new Worker(__filename, { workerData: data });
    const stop = (): void => {
      void worker.terminate();
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (run: OneRun) => {
      found.push(run);
      onRun();
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      resolve(found);
    });
  });
}

function here(work: ManyWork, onRun: () => void): readonly OneRun[] {
  const found: OneRun[] = [];
  for (const run of playSeeds(work)) {
    found.push(run);
    onRun();
  }
  return found;
}

/** A value of sorted ones so far from the least, by the nearest rank. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? 0;
}

function spread(values: readonly number[]): Runs['dropped'] {
  const sorted = values.toSorted((a, b) => a - b);
  return { p5: quantile(sorted, 0.05), median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

function summary(runs: readonly OneRun[]): Runs {
  const rows = runs[0]?.licensed.length ?? 0;
  const licensed = Array.from({ length: rows }, (_, row) =>
    spread(runs.map((run) => run.licensed[row] ?? 0)),
  );
  return { count: runs.length, licensed, dropped: spread(runs.map(({ dropped }) => dropped)) };
}
