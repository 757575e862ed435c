import { openSshKey, readHiveValue } from '../../../lab/model/hive';
import { type MachineState } from '../../../lab/model/state';

/** What runs the command lines that come over SSH. */
export type DefaultShell =
  { readonly kind: 'cmd' | 'powershell' } | { readonly kind: 'other'; readonly path: string };

/** The value DefaultShell of Windows' OpenSSH; cmd.exe where there is none. WinRM has cmd.exe whatever it says. */
export function defaultShell(machine: MachineState): DefaultShell {
  const value = readHiveValue(machine, openSshKey, 'DefaultShell');
  const path = value?.type === 'SZ' || value?.type === 'EXPAND_SZ' ? value.data.trim() : '';
  const program = (path.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
  if (program === '' || program === 'cmd') return { kind: 'cmd' };
  return program === 'powershell' ? { kind: 'powershell' } : { kind: 'other', path };
}
