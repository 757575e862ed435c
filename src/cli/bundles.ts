/* eslint-disable @typescript-eslint/no-require-imports -- parts that load at first use: import() would want file
   extensions that the other tools do not know, and would make every start wait for a turn of the event loop */
import type * as Directory from '../fleet/discovery/ad-candidates';
import type * as Forecast from '../forecast/entry';
import type * as Mistakes from './argv/mistake';
import type * as Commands from './commands/entry';
import type * as Fleet from './fleet/fleet-entry';
import type * as Lab from './targets/lab-entry';
import type * as Runs from './runs/entry';
import type * as Shared from './shared/entry';
import type * as Remote from './targets/remote-entry';
import type * as Snapshot from './targets/snapshot-entry';
import type * as Postgres from '../fleet/store/postgres-pool';
import type * as Winrm from '../remote/connect-winrm';
import type * as Network from '../serve/network/open-socket-network';
import type * as Programs from '../serve/windows/shell/run-program';
import type * as Engine from '../serve/powershell/engine';
import type * as Serve from '../serve/windows/serve-machines';
import type { Parts } from './parts';

/**
 * Where the parts are. The build makes a file of its own of each, beside the first one; in tests they are the modules
 * themselves. A part has its own copies of shared modules: no state may live in a module, and no `instanceof` may look
 * across.
 */
export const bundles: Parts = {
  commands: (): typeof Commands => require('./commands/entry') as typeof Commands,
  directory: (): typeof Directory => require('../fleet/discovery/ad-candidates') as typeof Directory,
  engine: (): typeof Engine => require('../serve/powershell/engine') as typeof Engine,
  fleet: (): typeof Fleet => require('./fleet/fleet-entry') as typeof Fleet,
  forecast: (): typeof Forecast => require('../forecast/entry') as typeof Forecast,
  lab: (): typeof Lab => require('./targets/lab-entry') as typeof Lab,
  mistakes: (): typeof Mistakes => require('./argv/mistake') as typeof Mistakes,
  network: (): typeof Network => require('../serve/network/open-socket-network') as typeof Network,
  postgres: (): typeof Postgres => require('../fleet/store/postgres-pool') as typeof Postgres,
  programs: (): typeof Programs => require('../serve/windows/shell/run-program') as typeof Programs,
  remote: (): typeof Remote => require('./targets/remote-entry') as typeof Remote,
  runs: (): typeof Runs => require('./runs/entry') as typeof Runs,
  serve: (): typeof Serve => require('../serve/windows/serve-machines') as typeof Serve,
  shared: (): typeof Shared => require('./shared/entry') as typeof Shared,
  snapshot: (): typeof Snapshot => require('./targets/snapshot-entry') as typeof Snapshot,
  winrm: (): typeof Winrm => require('../remote/connect-winrm') as typeof Winrm,
};
