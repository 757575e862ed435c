import { fullName } from '../shell/file-system';

/** What a path of SFTP means on the machine: a name of its disk, the root above its drives, or nothing. */
export type SftpPath =
  { readonly kind: 'name'; readonly name: string } | { readonly kind: 'root' } | { readonly kind: 'none' };

const longestPath = 1024;

/**
 * Reads a path as the SFTP server of Windows does: `/C:/Folder/File`, with one kind of slash or both, or a name seen from
 * the folder of who signed in. Only names of the machine's own small disk come out of it, whatever stands in the path.
 */
export function sftpPath(path: string, home: string): SftpPath {
  if (path.length > longestPath) return { kind: 'none' };
  if (/^[\\/]+$/.test(path)) return { kind: 'root' };
  const drive = path.replace(/^[\\/]+(?=[a-z]:)/i, '');
  // A path from the root that names no drive is nowhere in Windows.
  if (drive === path && /^[\\/]/.test(path)) return { kind: 'none' };
  const name = fullName(drive, home);
  return name === null ? { kind: 'none' } : { kind: 'name', name };
}

/** A name of the disk as SFTP writes it. */
export function shownPath(name: string): string {
  return `/${name.replaceAll('\\', '/')}${name.endsWith(':') ? '/' : ''}`;
}
