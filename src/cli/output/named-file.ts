import { replaceFile } from '../../transports/local/durable-file';
import { systemReason } from '../../transports/local/system-reason';
import { Refusal } from '../refusal';

/**
 * Writes a file that the user named, as a whole or not at all, for its owner alone.
 * @throws Refusal that names the file and what to do; what was there before is as it was
 */
export function writeNamedFile(path: string, content: string | Buffer): void {
  try {
    replaceFile(path, content);
  } catch (error) {
    throw new Refusal(`${path} cannot be written: ${systemReason(error)}. What was there is as it was.`, {
      cause: error,
    });
  }
}
