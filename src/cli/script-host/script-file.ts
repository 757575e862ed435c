import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { decodeText } from '../../transports/decode-text';
import { endsInSlmgr, isCopyOfSlmgr, namesSlmgr } from '../../verbs/script-host';

const headBytes = 8192;

/** What a script of this computer is to the script host: slmgr.vbs or a copy, another script, or nothing that is there. */
export type ScriptFile = 'slmgr' | 'other' | 'missing';

/** Looks at what a word names, of a file no more than its beginning. */
export function scriptFile(word: string): ScriptFile {
  if (namesSlmgr(word)) return 'slmgr';
  const head = beginningOf(word);
  if (head !== null) return isCopyOfSlmgr(head) ? 'slmgr' : 'other';
  return endsInSlmgr(word) ? 'slmgr' : 'missing';
}

/** The beginning of a regular file's text; null where there is none that can be read. */
function beginningOf(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return null;
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(headBytes);
      return decodeText(head.subarray(0, readSync(file, head)));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
