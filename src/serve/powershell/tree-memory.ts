import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
/** More processes than a box may have: a list that is longer is none. */
const mostProcesses = 1000;

/** Memory that a process and all below it hold now, in bytes; processes that have ended count nothing. */
export function treeMemory(pid: number): number {
  const waiting = [pid];
  let bytes = 0;
  for (let seen = 0; seen < mostProcesses; seen += 1) {
    const next = waiting.pop();
    if (next === undefined) break;
    bytes += Number(read(`/proc/${next}/statm`).split(' ')[1] ?? 0) * pageBytes;
    waiting.push(...childrenOf(next));
  }
  return bytes;
}

/** What each of its threads has started. */
function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(/\s+/).filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
