/* eslint-disable @typescript-eslint/no-require-imports -- parts that load at first use: import() would want file
   extensions that the other tools do not know, and would make every start wait for a turn of the event loop */
import type * as Commands from './commands/entry';
import type * as Lab from './targets/lab-entry';
import type * as Network from './targets/network-entry';
import type * as Remote from './targets/remote-entry';
import type * as Serve from './serve/entry';
import type * as Snapshot from './targets/snapshot-entry';
import type * as Winrm from '../remote/connect-winrm';

/**
 * The parts of the program that most starts do not need. The build makes a file of its own of each, beside the first
 * one; in tests they are the modules themselves. A part has its own copies of shared modules: no state may live in a
 * module, and no `instanceof` may look across.
 */
export const bundles = {
  /** Subcommands: yargs, zod, tables. */
  commands: (): typeof Commands => require('./commands/entry') as typeof Commands,
  /** The store, the model of a machine and the estate. */
  lab: (): typeof Lab => require('./targets/lab-entry') as typeof Lab,
  /** Sockets of served hosts and real DNS, for the machines of an estate. */
  network: (): typeof Network => require('./targets/network-entry') as typeof Network,
  /** Real machines: targets, credentials, SSH, and Windows as the local machine. */
  remote: (): typeof Remote => require('./targets/remote-entry') as typeof Remote,
  /** SSH and WinRM servers of lab machines. */
  serve: (): typeof Serve => require('./serve/entry') as typeof Serve,
  /** Recorded machines. */
  snapshot: (): typeof Snapshot => require('./targets/snapshot-entry') as typeof Snapshot,
  /** WinRM, with HTTP and TLS. */
  winrm: (): typeof Winrm => require('../remote/connect-winrm') as typeof Winrm,
} as const;
