import { mkdirSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readFileUpTo } from '../../transports/local/bounded-file';
import { replaceFile } from '../../transports/local/durable-file';
import { controlPlace, type ControlPlace } from './control-path';

/** Files of one served machine below the data directory; none of them says that it is served: the lock does. */
export interface ServedFiles {
  /** SQLite file whose exclusive lock is the serving itself. */
  readonly lock: string;
  /** Where it listens; believed only while the lock is held. */
  readonly facts: string;
  /** Socket or pipe of the control channel. */
  readonly control: ControlPlace;
}

/** Names of the files of a machine. */
export function servedFiles(home: string, machine: string): ServedFiles {
  const name = machine.toLowerCase();
  const folder = join(home, 'served');
  const base = join(folder, name);
  return { lock: `${base}.lock`, facts: `${base}.listening`, control: controlPlace(home, base, name) };
}

/** Far more than a host's facts, in bytes. */
const longestFacts = 65_536;

const address = z.string().check(z.refine((text) => isIP(text) !== 0));

const servedFacts = z.object({
  machine: z.string().check(z.maxLength(63)),
  pid: z.int().check(z.minimum(1)),
  /** Where it listens: the address as bound, and the port. */
  address,
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
  /** Addresses under which others reach it. */
  reachedAt: z.array(address),
  /** Real time of the start of the process, epoch ms. */
  startedAt: z.number().check(z.minimum(0), z.maximum(8.64e15)),
});

/** What a served host tells the other processes of the estate. */
export type ServedFacts = z.infer<typeof servedFacts>;

/** Makes the folder of the served machines. */
export function makeServedFolder(home: string): void {
  mkdirSync(join(home, 'served'), { recursive: true, mode: 0o700 });
}

/** Writes the facts as a whole or not at all. */
export function writeServedFacts(files: ServedFiles, facts: ServedFacts): void {
  replaceFile(files.facts, `${JSON.stringify(facts)}\n`);
}

/** Takes the facts back: the host listens nowhere. */
export function removeServedFacts(files: ServedFiles): void {
  rmSync(files.facts, { force: true });
}

/** The facts as they stand, null where there are none. Whether they hold is for the lock to say. */
export function readServedFacts(files: ServedFiles): ServedFacts | null {
  try {
    const parsed = servedFacts.safeParse(
      JSON.parse(readFileUpTo(files.facts, longestFacts).toString('utf8')),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
