import { hresult, type Hresult } from '../licensing/hresult';

/** The status of a usage error and of a refusal. */
export const refused = 1;

/** The status of work that a signal cut short, as a shell shows an end by it: 128 and its number. */
export const interruptedStatus = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The status of a process that ends with an error number: on Windows the whole number, elsewhere its low byte, which
 * is all that a POSIX parent sees, and 1 where that byte is 0 (an error never looks like success).
 */
export function statusOfHresult(code: Hresult, platform: NodeJS.Platform): number {
  if (platform === 'win32') return code | 0;
  return code & 0xff || 1;
}

/** The status for what Windows' script ends with: 0, 1 for a usage error, or a signed error number. */
export function statusOfScript(exitCode: number, platform: NodeJS.Platform): number {
  if (exitCode === 0 || exitCode === 1) return exitCode;
  return statusOfHresult(hresult(exitCode), platform);
}
