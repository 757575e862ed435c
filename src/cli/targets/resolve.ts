import type { LicensingProvider } from '../../licensing/provider';
import type { VerbHint } from '../../providers/windows/expected-reads';
import type { RemoteFailure } from '../../remote/remote-failure';
import type { Target } from '../../verbs/grammar';
import { isExpression } from '../../fleet/targets/is-expression';
import { optionValue, type OptionValues } from '../argv/option-values';
import type { LineAccount, Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { findMachine, saidWay } from './find-machine';
import { checkTimeout } from './remote-options';
import { refuseSeveral } from './several-machines';

/** What stands around a command line's machine. */
export interface TargetContext extends Surroundings {
  readonly options: OptionValues;
  /** The lab machine on which the command is typed; null outside of `lab exec`. */
  readonly self: string | null;
  /** The verb that is going to run. */
  readonly verb?: VerbHint | undefined;
  /** Whether the line's options are for several machines, each asked by itself. */
  readonly isOneOfSeveral?: boolean | undefined;
  /** Told of each failure of the way to a real machine, also in the middle of the verb. */
  readonly onFailure?: ((failure: RemoteFailure) => void) | undefined;
}

/**
 * The machine of a command line: a snapshot where --snapshot names one; without a machine, or with `.`, the local one
 * (Windows itself; elsewhere a simulated one that is made at first use); else what {@link findMachine} finds.
 * @throws LicensingError where the machine cannot be reached; slmgr prints it as an error in connecting
 * @throws Refusal where the line says more than one machine, or a way without a machine
 */
export async function resolveTarget(target: Target, context: TargetContext): Promise<LicensingProvider> {
  const { options, console, parts } = context;
  checkTimeout(options);
  const snapshot = optionValue(options, 'snapshot');
  if (snapshot !== undefined) return parts.snapshot().openSnapshot(snapshot, console.now());
  if (target.kind === 'local') return localTarget(context, null);
  if (isSelf(target.machine, context)) return localTarget(context, accountOf(target, context));
  if (target.machine.trim() === '') {
    throw new Refusal(
      'The name of the machine is empty (a variable that is not set?); a lone . is this machine.',
    );
  }
  const { machine, account } = target;
  if (isExpression(machine)) {
    throw new Refusal(
      `${machine} means several machines, and a line is about one: "slmgr targets '${machine}'" lists them. Nothing was sent.`,
    );
  }
  const way = { ...(await saidWay(options, context)), isShared: context.isOneOfSeveral };
  if (account !== null) await refuseSeveral([machine, account.user, account.password], way, context);
  const found = await findMachine(machine, way, context, accountOf(target, context));
  if (found.kind === 'lab') return found.provider;
  const { targets } = way;
  return parts.remote().openRemote({ ...context, target: { machine, account }, verb: context.verb, targets });
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
  const { self, console, parts, options } = context;
  refuseWayWithoutMachine(options);
  if (self !== null) return parts.lab().labMachineProvider(self, account, context);
  if (console.platform === 'win32')
    return parts.remote().openLocalWindows({ ...context, verb: context.verb });
  if (console.errIsTerminal) console.err('This is the simulated local machine of this user account.\n');
  return parts.lab().localMachineProvider(context);
}

/** Whoever names a file of targets or a transport means another machine than this one, and has not said which. */
function refuseWayWithoutMachine(options: OptionValues): void {
  if (options.targets !== undefined) {
    const file = optionValue(options, 'targets') ?? 'FILE';
    throw new Refusal(
      `--targets names no machine by itself: put a name of that file in front, as in "slmgr NAME /dli --targets ${file}".`,
    );
  }
  if (options.transport !== undefined) {
    throw new Refusal(
      '--transport names no machine by itself: put its name in front, as in "slmgr NAME /dli".',
    );
  }
}
