import { type Command } from '../process';
import { hostname } from './identity';
import { ipconfig } from './network/ipconfig';
import { nslookup } from './network/nslookup';
import { reg } from './registry/reg';
import { net } from './services/net';
import { sc } from './services/sc';
import { shutdown } from './shutdown';
import { slui } from './slui';

/** Programs that act on the machine itself. `lab exec` has them as well. */
export const systemPrograms: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['hostname', hostname],
  ['ipconfig', ipconfig],
  ['net', net],
  ['net1', net],
  ['nslookup', nslookup],
  ['reg', reg],
  ['sc', sc],
  ['shutdown', shutdown],
  ['slui', slui],
]);
