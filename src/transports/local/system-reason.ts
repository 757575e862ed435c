import { errorCode, errorMessage } from '../error-facts';

/** What the system's error codes mean for who uses files, and what to do. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and repeat it',
  EDQUOT: "the user's share of the disk is used up. Free some space and repeat it",
  EROFS: 'its file system is read-only. Choose another place',
  EACCES: 'permission is denied. Check the rights of the file and of its folder',
  EPERM: 'the system does not allow it. Check the rights of the file and of its folder',
  ENOENT: 'there is no such file or folder. Check the path',
  ENOTDIR: 'a part of its path is no folder. Check the path',
  EISDIR: 'it is a folder. Name a file in it',
  ELOOP: 'its path goes in a circle of links. Name the file itself',
  ENAMETOOLONG: 'its name is too long. Choose a shorter one',
  EMFILE: 'too many files are open in this process. Raise the limit ("ulimit -n") and repeat it',
  ENFILE: 'too many files are open on this computer. Close some programs and repeat it',
  EFBIG:
    'it would grow beyond the largest file that is allowed here. Choose another place, or raise the limit ("ulimit -f")',
  EIO: 'the disk failed. Check the disk',
  EBUSY: 'another program uses it. Close that and repeat it',
  ETXTBSY: 'another program runs it. End that and repeat it',
};

/**
 * Why a file could not be read or written, with what to do, without a full stop at its end: words for the codes of the
 * system that people meet, else the error's own message.
 */
export function systemReason(error: unknown): string {
  return reasons[errorCode(error)] ?? errorMessage(error).replace(/\.$/, '');
}
