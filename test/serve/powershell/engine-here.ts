import { spawnSync } from 'node:child_process';
import { findPwsh } from '../../providers/windows/powershell/pwsh';

/** The PowerShell that served machines can be given here; null with a reason where there is none. */
export function engineHere(): { readonly path: string } | { readonly missing: string } {
  const pwsh = findPwsh();
  if (pwsh === null) return { missing: 'no pwsh on the PATH or in SLMGR_TEST_PWSH' };
  if (process.platform !== 'linux') return { missing: 'no Linux' };
  const words = ['--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', '--proc', '/proc', 'true'];
  const tried = spawnSync('bwrap', words, { timeout: 20_000, encoding: 'utf8' });
  if (tried.error !== undefined) return { missing: 'no bubblewrap' };
  if (tried.status !== 0)
    return { missing: `bubblewrap may not confine here: ${tried.stderr.trim().split('\n')[0]}` };
  return { path: pwsh };
}
