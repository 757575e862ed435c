import { posix, win32 } from 'node:path';

/** What decides where the store lies. */
export interface DirectoryFacts {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
}

/**
 * The folder of the store: `SLMGR_HOME` where it is set; else `%LOCALAPPDATA%\slmgr` on Windows,
 * `~/Library/Application Support/slmgr` on macOS, `$XDG_DATA_HOME/slmgr` or `~/.local/share/slmgr` elsewhere.
 * A relative `XDG_DATA_HOME` is ignored, as the XDG base directory specification asks.
 */
export function dataDirectory(facts: DirectoryFacts): string {
  const { platform, env, home } = facts;
  const own = env['SLMGR_HOME'];
  if (own !== undefined && own !== '') return own;
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    return win32.join(
      local !== undefined && local !== '' ? local : win32.join(home, 'AppData', 'Local'),
      'slmgr',
    );
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'slmgr');
  const xdg = env['XDG_DATA_HOME'];
  const base = xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share');
  return posix.join(base, 'slmgr');
}
