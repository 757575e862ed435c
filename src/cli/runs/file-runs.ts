import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendToFile, createFile } from '../../transports/local/durable-file';
import { decodeText, readFileUpTo } from '../../transports/local/bounded-file';
import { errorCode } from '../../transports/error-facts';
import type { MachineResult } from '../../fleet/runs/outcome';
import { readRun } from './read-run';
import type { PastRun, RunJournal, RunStore } from '../../fleet/runs/run-journal';

/** Runs that are kept; older ones go when a new one begins. */
const keptRuns = 50;
/** How long results may wait for others, so that they reach the disk together. */
const patienceMs = 250;
const largestFile = 256 * 1024 * 1024;
const nameOfRun = /^\d{8}T\d{9}Z-[0-9a-f]{4}\.ndjson$/;

/** An id for a run: its time in UTC, and four digits that tell two of the same millisecond apart. */
export function newRunId(startedAt: number, random: number): string {
  const time = new Date(startedAt).toISOString().replace(/[-:.]/g, '');
  return `${time}-${(random & 0xffff).toString(16).padStart(4, '0')}`;
}

/** Runs as files of a folder, one each: a line for the run, then one for each thing that happened. */
export function fileRuns(folder: string): RunStore {
  return {
    begin: (head) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${head.id}.ndjson`);
      createFile(path, `${JSON.stringify({ v: 1, ...head })}\n`);
      forgetOld(folder);
      return Promise.resolve(new FileJournal(path));
    },
    reopen: (id) => {
      const name = `${id}.ndjson`;
      return runIn(folder, name)?.end === null ? new FileJournal(join(folder, name)) : null;
    },
    last: () => Promise.resolve(runsIn(folder).next().value ?? null),
    all: () => Promise.resolve([...runsIn(folder)]),
    ids: () => namesIn(folder).map((name) => name.replace(/\.ndjson$/, '')),
    find: (id) => runIn(folder, `${id}.ndjson`),
  };
}

/** The newest first. A file that holds no run is passed over. */
function* runsIn(folder: string): Generator<PastRun, undefined, undefined> {
  for (const name of namesIn(folder).toReversed()) {
    const run = runIn(folder, name);
    if (run !== null) yield run;
  }
  return undefined;
}

function runIn(folder: string, name: string): PastRun | null {
  try {
    return nameOfRun.test(name) ? readRun(decodeText(readFileUpTo(join(folder, name), largestFile))) : null;
  } catch (error) {
    // Another process may have begun a run, and forgotten an old one.
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => nameOfRun.test(name))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function forgetOld(folder: string): void {
  for (const name of namesIn(folder).slice(0, -keptRuns)) rmSync(join(folder, name), { force: true });
}

/** Appends what happens in batches; a machine's begin does not wait longer than for those of the same turn. */
class FileJournal implements RunJournal {
  readonly #path: string;
  #lines: string[] = [];
  #written: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failure: Error | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  readonly begun = async (machine: string): Promise<void> => {
    this.#add({ begun: machine });
    this.#written ??= this.#writeSoon();
    await this.#written;
  };

  readonly ended: RunJournal['ended'] = (result) => {
    this.#add(keptOf(result));
    this.#timer ??= setTimeout(() => {
      try {
        this.#write();
      } catch (error) {
        // Told at the end, or where the next change would begin.
        this.#failure = error as Error;
      }
    }, patienceMs);
  };

  readonly end: RunJournal['end'] = (end) => {
    this.#add({ end });
    this.#write();
    return Promise.resolve();
  };

  /** After this turn of the event loop, with all that it brings. */
  async #writeSoon(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#written = null;
    this.#write();
  }

  #add(entry: object): void {
    this.#lines.push(`${JSON.stringify(entry)}\n`);
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#failure !== null) throw this.#failure;
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    appendToFile(this.#path, text);
    this.#lines = [];
  }
}

/** What is kept of a result: neither its text nor its data, which may be large. */
function keptOf(result: MachineResult): object {
  const { machine, outcome, verification, exitCode, hresult, step, seconds, attempts } = result;
  return { ended: machine, outcome, verification, exitCode, hresult, step, seconds, attempts };
}
