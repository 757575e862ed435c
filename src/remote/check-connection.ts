import { formatHresult } from '../licensing/hresult';
import { isLicensingError, type LicensingError, type LicensingProvider } from '../licensing/provider';
import { type BridgeHost } from '../providers/windows/bridge/protocol';
import { type ConnectionStep, type StepDone } from '../transports/transport-error';
import { type ConnectContext, connectPlanned } from './connect-target';
import { type ConnectionPlan } from './plan';
import { isRemoteFailure } from './remote-failure';

/** One step of the way and how it went. `skipped`: not reached, because an earlier one failed, or not to be told. */
export interface CheckedStep {
  readonly step: ConnectionStep;
  readonly status: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
  /** What to do where it failed. */
  readonly advice: readonly string[];
}

/** What `check-connection` finds out. */
export interface ConnectionReport {
  readonly target: string;
  /** Which kind of machine answered, as its provider describes itself; `unreachable` where none did. */
  readonly kind: string;
  readonly host: string;
  /** `none`: the machine is this computer, or one of its laboratory. */
  readonly transport: ConnectionPlan['transport'] | 'none';
  readonly ok: boolean;
  /** The HRESULT under which a verb would report the first failure; null where there is none. */
  readonly hresult: string | null;
  readonly steps: readonly CheckedStep[];
  readonly machine: BridgeHost | null;
}

/** The steps that a report shows, in order. Over WinRM the sign-in shows in the first answer, the elevation nowhere. */
const shownSteps = {
  ssh: ['name', 'tcp', 'host-key', 'authentication', 'elevation', 'licensing-classes'],
  winrm: ['name', 'tcp', 'authentication', 'elevation', 'licensing-classes'],
  winrms: ['name', 'tcp', 'tls', 'authentication', 'elevation', 'licensing-classes'],
} as const satisfies Record<ConnectionPlan['transport'], readonly ConnectionStep[]>;
type ShownStep = (typeof shownSteps)[ConnectionPlan['transport']][number];

/** Where a step that is not shown by itself is shown: running the script comes before any licensing. */
const shownAs: Readonly<Partial<Record<ConnectionStep, ShownStep>>> = {
  rights: 'elevation',
  command: 'licensing-classes',
  answer: 'licensing-classes',
};

const notElevated =
  'The account is no administrator there, or its token is filtered: reading works in part, changes are refused. Use a member of Administrators.';

/** Looks further at a machine that answers, over the connection that was tried. */
type Look = (provider: LicensingProvider) => Promise<void>;

/** Goes the whole way to a machine, step by step. Never throws for a failure of the way. */
export async function checkConnection(
  plan: ConnectionPlan,
  context: ConnectContext,
  look?: Look,
): Promise<ConnectionReport> {
  const done = new Map<ConnectionStep, string>();
  const progress = ({ step, detail }: StepDone): void => void done.set(step, detail);
  try {
    const provider = await connectPlanned(plan, { ...context, progress });
    const { host, description } = provider;
    try {
      await look?.(provider);
    } finally {
      await provider.close();
    }
    return { ...succeeded(plan, done, host), kind: description.kind };
  } catch (error) {
    if (!isLicensingError(error)) throw error;
    return { ...failed(plan, done, error), kind: 'unreachable' };
  }
}

/** A machine to which there is no way to go, and how it is opened. */
export interface NearMachine {
  readonly name: string;
  /** What is near about it, as a sentence. */
  readonly detail: string;
  readonly open: () => Promise<LicensingProvider & { readonly host?: BridgeHost | null }>;
  readonly look?: Look | undefined;
}

/** Asks a machine to which there is no way to go for its licensing. Never throws for a failure of that. */
export async function checkNear({ name, detail, open, look }: NearMachine): Promise<ConnectionReport> {
  const near = okStep('name', detail);
  let kind = 'unreachable';
  const report = (steps: readonly CheckedStep[], machine: BridgeHost | null, failure: string | null) => ({
    target: name,
    kind,
    host: name,
    transport: 'none' as const,
    ok: failure === null,
    hresult: failure,
    steps: [near, ...steps],
    machine,
  });
  try {
    const provider = await open();
    ({ kind } = provider.description);
    try {
      await provider.query({
        class: 'SoftwareLicensingService',
        select: ['Version'],
        filter: { kind: 'all' },
      });
      const host = provider.host ?? null;
      await look?.(provider);
      return report([okStep('licensing-classes', versionsOf(host))], host, null);
    } finally {
      await provider.close();
    }
  } catch (error) {
    if (!isLicensingError(error)) throw error;
    const step = isRemoteFailure(error) ? error.step : 'licensing-classes';
    const advice = isRemoteFailure(error) ? error.advice : [];
    const failed: CheckedStep = { step, status: 'failed', detail: error.message, advice };
    return report([failed], null, formatHresult(error.hresult));
  }
}

type SteppedReport = Omit<ConnectionReport, 'kind'>;

function reportOf(
  plan: ConnectionPlan,
  steps: readonly CheckedStep[],
  rest: Pick<ConnectionReport, 'hresult' | 'machine'>,
): SteppedReport {
  const ok = steps.every(({ status }) => status !== 'failed');
  return { target: plan.name, host: plan.host, transport: plan.transport, ok, steps, ...rest };
}

function okStep(step: ShownStep, detail: string): CheckedStep {
  return { step, status: 'ok', detail, advice: [] };
}

function elevationStep(host: BridgeHost | null, transport: ConnectionPlan['transport']): CheckedStep {
  if (host?.elevated === false) {
    return {
      step: 'elevation',
      status: 'failed',
      detail: `${who(host)} is not elevated`,
      advice: [notElevated],
    };
  }
  if (host?.elevated !== true) return skipped('elevation', 'the machine does not tell it');
  const detail =
    transport === 'ssh' ? `${who(host)} is elevated` : 'the account may change the licensing settings there';
  return okStep('elevation', detail);
}

function skipped(step: ShownStep, detail: string): CheckedStep {
  return { step, status: 'skipped', detail, advice: [] };
}

function who(host: BridgeHost): string {
  return host.user ?? 'the account';
}

function succeeded(
  plan: ConnectionPlan,
  done: ReadonlyMap<ConnectionStep, string>,
  host: BridgeHost | null,
): SteppedReport {
  const elevation = elevationStep(host, plan.transport);
  const steps = [
    ...shownSteps[plan.transport]
      .filter((step) => step !== 'elevation' && step !== 'licensing-classes')
      .map((step) => okStep(step, done.get(step) ?? 'done')),
    elevation,
    okStep('licensing-classes', versionsOf(host)),
  ];
  return reportOf(plan, steps, {
    hresult: elevation.status === 'failed' ? '0x80070005' : null,
    machine: host,
  });
}

function versionsOf(host: BridgeHost | null): string {
  const shell = host?.powerShell === null || host === null ? '' : ` through PowerShell ${host.powerShell}`;
  return `the licensing service answers${shell}`;
}

function failed(
  plan: ConnectionPlan,
  done: ReadonlyMap<ConnectionStep, string>,
  error: LicensingError,
): SteppedReport {
  const remote = isRemoteFailure(error) ? error : null;
  const shown: readonly ShownStep[] = shownSteps[plan.transport];
  const at = placeOf(remote?.step ?? 'licensing-classes', done);
  const place = shown.findIndex((step) => step === at);
  const steps = shown.map((step, index): CheckedStep => {
    if (index > place) return skipped(step, 'not reached');
    if (index === place)
      return { step, status: 'failed', detail: error.message, advice: remote?.advice ?? [] };
    const found = done.get(step);
    return found === undefined ? skipped(step, 'not tried') : okStep(step, found);
  });
  return reportOf(plan, steps, { hresult: formatHresult(error.hresult), machine: null });
}

/** The shown step where the way ended. An answer that is none, before anybody was let in, ends the signing in. */
function placeOf(step: ConnectionStep, done: ReadonlyMap<ConnectionStep, string>): ConnectionStep {
  const isAnswer = step === 'command' || step === 'answer';
  return isAnswer && !done.has('authentication') ? 'authentication' : (shownAs[step] ?? step);
}
