import { readFileSync } from 'node:fs';
import type { PastRun } from '../../fleet/runs/run-journal';

/** Whether a run that noted no end is still under way in another process than this one. */
export function isUnderWay({ end, process: id }: Pick<PastRun, 'end' | 'process'>): boolean {
  return end === null && id !== process.pid && isRunning(id);
}

/** Whether a process of that number is a slmgr: numbers are given again. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'latin1').includes('slmgr');
  } catch {
    return true;
  }
}
