import { fillCil, isXmlText, readCil, writeCil } from '../../../fleet/proxy/cil';
import { isProxyText, ProxyFileError, readProxyFile, writeProxyFile } from '../../../fleet/proxy/proxy-file';
import type { ProxyList } from '../../../fleet/proxy/proxy-list';
import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { writeNamedFile } from '../../output/named-file';
import { Refusal } from '../../refusal';

/** A file of installation IDs, and how it is written again with what was filled in. */
export interface ListFile {
  readonly list: ProxyList;
  readonly write: (list: ProxyList) => void;
}

const largestFile = 400_000_000;

/** Reads a file of installation IDs. @throws Refusal with its name and the reason */
export function readListFile(path: string): ListFile {
  return named(path, () => {
    const content = contentOf(path);
    if (isXmlText(content)) {
      return {
        list: readCil(content),
        write: (list) => {
          writeNamedFile(
            path,
            named(path, () => fillCil(content, list)),
          );
        },
      };
    }
    if (!isProxyText(content)) {
      throw new ProxyFileError('it is no file of "slmgr fleet proxy collect", and no CIL of VAMT');
    }
    return {
      list: readProxyFile(content),
      write: (list) => {
        writeNamedFile(path, writeProxyFile(list));
      },
    };
  });
}

/** Writes a new list: as a CIL where the file's name ends so, else in this program's own form. @throws Refusal */
export function writeNewList(path: string, list: ProxyList): void {
  writeNamedFile(path, /\.cilx?$/i.test(path) ? writeCil(list) : writeProxyFile(list));
}

/** The text of a file that the user named. @throws Refusal */
export function contentOf(path: string): string {
  try {
    return decodeText(readFileUpTo(path, largestFile));
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}

/** What is wrong with a file is told with its name. */
export function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProxyFileError) throw new Refusal(`${path}: ${error.message}.`, { cause: error });
    throw error;
  }
}
