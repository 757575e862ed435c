import { resolve } from 'node:path';
import { dataDirectory } from '../../../lab/store/data-directory';
import type { Console } from '../../console';

/** The data directory of this user, absolute. */
export function dataFolder({ env, platform, home }: Pick<Console, 'env' | 'platform' | 'home'>): string {
  return resolve(dataDirectory({ env, platform, home }));
}
