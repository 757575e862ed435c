import type { PastRun } from '../../fleet/runs/run-journal';
import type { Console } from '../console';
import { fileRuns } from './file-runs';
import { runsFolder } from './runs-folder';

/** The runs of this user that are kept, the newest first. */
export function pastRuns(console: Console): Promise<readonly PastRun[]> {
  return fileRuns(runsFolder(console)).all();
}
