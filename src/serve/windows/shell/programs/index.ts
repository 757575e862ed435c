import { type Command } from '../process';
import { find } from './find';
import { findstr } from './findstr';
import { chcp, whoami } from './identity';
import { more } from './more';
import { scriptHost, slmgr } from './script-host';
import { cmd, powershell } from './shells';
import { sort } from './sort';
import { systemPrograms } from './system-programs';

/** The programs of a simulated machine, by name. */
export const programs: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...systemPrograms,
  ['chcp', chcp],
  ['cmd', cmd],
  ['cscript', scriptHost(true)],
  ['find', find],
  ['findstr', findstr],
  ['more', more],
  ['powershell', powershell],
  ['slmgr', slmgr],
  ['sort', sort],
  ['whoami', whoami],
  ['wscript', scriptHost(false)],
]);
