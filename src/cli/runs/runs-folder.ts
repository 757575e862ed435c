import { join } from 'node:path';
import { dataFolder } from '../commands/kms/home';
import type { Console } from '../console';

/** Where the runs of this user are noted. */
export function runsFolder(console: Pick<Console, 'env' | 'platform' | 'home'>): string {
  return join(dataFolder(console), 'runs');
}
