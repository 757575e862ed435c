import type { LicensingProvider } from '../../licensing/provider';
import type { VerbHint } from '../../providers/windows/expected-reads';
import type { RemoteFailure } from '../../remote/remote-failure';
import type { Target } from '../../verbs/grammar';
import { optionValue, type OptionValues } from '../argv/option-values';
import type { LineAccount, Surroundings } from '../parts';
import { Refusal } from '../refusal';

/** What stands around a command line's machine. */
export interface TargetContext extends Surroundings {
  readonly options: OptionValues;
  /** The lab machine on which the command is typed; null outside of `lab exec`. */
  readonly self: string | null;
  /** The verb that is going to run. */
  readonly verb?: VerbHint | undefined;
  /** Told of each failure of the way to a real machine, also in the middle of the verb. */
  readonly onFailure?: ((failure: RemoteFailure) => void) | undefined;
}

/**
 * The machine of a command line: a snapshot where --snapshot names one; without a machine, or with `.`, the local one
 * (Windows itself; elsewhere a simulated one that is made at first use); a lab machine of that name; else a real machine
 * over a transport. Where a word names both a lab machine and a real one, the lab machine wins, unless the line itself
 * says the way, by --transport or by a file of --targets that has the name.
 * @throws LicensingError where the machine cannot be reached; slmgr prints it as an error in connecting
 */
export async function resolveTarget(target: Target, context: TargetContext): Promise<LicensingProvider> {
  const { options, console, parts } = context;
  const snapshot = optionValue(options, 'snapshot');
  if (snapshot !== undefined) return parts.snapshot().openSnapshot(snapshot, console.now());
  if (target.kind === 'local') return localTarget(context, null);
  if (isSelf(target.machine, context)) return localTarget(context, accountOf(target, context));
  if (target.machine.trim() === '') {
    throw new Refusal(
      'The name of the machine is empty (a variable that is not set?); a lone . is this machine.',
    );
  }
  const machine = await labMachine(target.machine, options, context, accountOf(target, context));
  if (machine !== null) return machine;
  const { machine: name, account } = target;
  return parts.remote().openRemote({ ...context, target: { machine: name, account }, verb: context.verb });
}

/** Within `lab exec` the machine is also what programs call their own. */
function isSelf(machine: string, { self }: TargetContext): boolean {
  return self !== null && /^(?:localhost|127\.0\.0\.1|::1)$/i.test(machine);
}

/** The user whom the line names for the machine; whoever is named must have an account there. */
function accountOf(
  { machine, account }: Extract<Target, { kind: 'remote' }>,
  { console, parts }: Surroundings,
): LineAccount | null {
  if (account === null) return null;
  const { user, password } = account;
  return {
    user,
    passwordHash: () => parts.remote().passwordHash(password, `${user} on ${machine}`, console),
  };
}

function localTarget(context: TargetContext, account: LineAccount | null): Promise<LicensingProvider> {
  const { self, console, parts } = context;
  if (self !== null) return parts.lab().labMachineProvider(self, account, context);
  if (console.platform === 'win32')
    return parts.remote().openLocalWindows({ ...context, verb: context.verb });
  if (console.errIsTerminal) console.err('This is the simulated local machine of this user account.\n');
  return parts.lab().localMachineProvider(context);
}

/**
 * A lab machine of that name; null where the line says the way to a real one. Whoever manages real machines needs no
 * store: one that cannot be had has no machines.
 */
export async function labMachine(
  word: string,
  options: OptionValues,
  around: Surroundings,
  account: LineAccount | null = null,
): Promise<LicensingProvider | null> {
  const { console, parts } = around;
  if (word.includes('://')) return null;
  const wayIsNamed = options.transport !== undefined || options.targets !== undefined;
  if (wayIsNamed && (await parts.remote().saysTheWay(word, options, console))) return null;
  try {
    return await parts.lab().findLabMachineProvider(word, account, around);
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreError') return null;
    throw error;
  }
}
