import { hresult } from '../../licensing/hresult';
import { LicensingError, type LicensingProvider } from '../../licensing/provider';
import type { Target } from '../../verbs/grammar';
import { optionValue, type OptionValues } from '../argv/split-options';
import { bundles } from '../bundles';
import type { Console } from '../console';

const rpcServerUnavailable = hresult(0x800706ba);

/**
 * The machine of a command line: a snapshot where --snapshot names one; without a machine the local one (a simulated
 * one that is made at first use); a lab machine of that name; else a real machine over a transport. Where a word names
 * both a lab machine and a real one, the lab machine wins. `self`: the lab machine on which the command is typed.
 * @throws LicensingError where the machine cannot be reached; slmgr prints it as an error in connecting
 */
export async function resolveTarget(
  target: Target,
  options: OptionValues,
  console: Console,
  self: string | null,
): Promise<LicensingProvider> {
  const snapshot = optionValue(options, 'snapshot');
  if (snapshot !== undefined) return bundles.snapshot().openSnapshot(snapshot, console.now());
  if (target.kind === 'local') {
    if (self !== null) return bundles.lab().labMachineProvider(self, console);
    if (console.errIsTerminal) console.err('This is the simulated local machine of this user account.\n');
    return bundles.lab().localMachineProvider(console);
  }
  const machine = await bundles.lab().findLabMachineProvider(target.machine, console);
  if (machine !== null) return machine;
  throw new LicensingError(
    rpcServerUnavailable,
    `${target.machine} is no machine of the lab ("slmgr lab list" shows them).`,
  );
}
