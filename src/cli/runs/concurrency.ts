import { readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';

/** Open files beside those of machines: the standard streams, the store, the journal, files that are read meanwhile. */
const filesOfOurs = 64;
/** Open files of a machine: its socket, and a name that is looked up or a key agent. */
const filesOfMachine = 2;
const bytesOfMachine = 1024 * 1024;
const machinesPerCore = 16;
const least = 8;
const mostByItself = 128;

/** How many machines may be under way at once: what is usual here, and what the limit of open files allows. */
export function usualConcurrency(): { readonly usual: number; readonly most: number } {
  const most = Math.max(1, Math.floor((fileLimit() - filesOfOurs) / filesOfMachine));
  const byMemory = Math.max(least, Math.floor(freemem() / 4 / bytesOfMachine));
  const byCores = Math.min(mostByItself, Math.max(least, availableParallelism() * machinesPerCore));
  return { usual: Math.min(most, byMemory, byCores), most };
}

/** Most open files of this process; 1024 where the system does not tell, which all of them have. */
function fileLimit(): number {
  const unknown = process.platform === 'win32' ? 8192 : 1024;
  if (process.platform !== 'linux') return unknown;
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (soft === 'unlimited') return 1_000_000;
    return soft === undefined ? unknown : Number(soft);
  } catch {
    return unknown;
  }
}
