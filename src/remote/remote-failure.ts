import { type Hresult, hresult } from '../licensing/hresult';
import { isLicensingError, LicensingError } from '../licensing/provider';
import {
  type ConnectionStep,
  type FailureCause,
  isTransportError,
  type TransportError,
} from '../transports/transport-error';

/** What DCOM reports of a machine that cannot be reached. */
export const rpcServerUnavailable = hresult(0x800706ba);
const rpcCallFailed = hresult(0x800706be);
const accessDenied = hresult(0x80070005);
const namespaceDenied = hresult(0x80041003);
const invalidData = hresult(0x8007000d);
const timedOut = hresult(0x800705b4);
const fileNotFound = hresult(0x80070002);
const policyForbids = hresult(0x800704ec);

/** HRESULTs by which DCOM would report a failure of a step; a cause that says more precisely wins over them. */
const byStep: Readonly<Record<ConnectionStep, Hresult>> = {
  name: rpcServerUnavailable,
  tcp: rpcServerUnavailable,
  'host-key': rpcServerUnavailable,
  tls: rpcServerUnavailable,
  authentication: accessDenied,
  rights: namespaceDenied,
  elevation: accessDenied,
  'licensing-classes': hresult(0x80041010),
  command: rpcCallFailed,
  answer: invalidData,
};

const inCommand: Readonly<Partial<Record<FailureCause, Hresult>>> = {
  timeout: timedOut,
  closed: rpcCallFailed,
  denied: accessDenied,
  'no-shell': fileNotFound,
};

/** The HRESULT under which slmgr's text reports a failure of a transport. */
export function hresultOf({ step, failure }: Pick<TransportError, 'step' | 'failure'>): Hresult {
  if (failure === 'constrained') return policyForbids;
  if (step === 'command') return inCommand[failure] ?? byStep.command;
  return byStep[step];
}

/** A failure to reach a machine or its licensing: a licensing error that also says which step failed and what to do. */
export class RemoteFailure extends LicensingError {
  readonly step: ConnectionStep;
  readonly machine: string;
  readonly advice: readonly string[];

  constructor(
    facts: {
      readonly hresult: Hresult;
      readonly step: ConnectionStep;
      readonly machine: string;
      readonly message: string;
      readonly advice: readonly string[];
    },
    options?: ErrorOptions,
  ) {
    super(facts.hresult, facts.message, options);
    this.step = facts.step;
    this.machine = facts.machine;
    this.advice = facts.advice;
  }
}

/** True for a {@link RemoteFailure} of any copy of this module. */
export function isRemoteFailure(error: unknown): error is RemoteFailure {
  return isLicensingError(error) && 'step' in error && 'advice' in error;
}

/** A transport's error as a licensing error, which `told` hears of; any other error stays itself. */
export function remoteFailure(
  error: unknown,
  machine: string,
  told?: (failure: RemoteFailure) => void,
): unknown {
  if (!isTransportError(error)) return error;
  const { step, message, advice } = error;
  const facts = { hresult: hresultOf(error), step, machine, message, advice };
  const failure = new RemoteFailure(facts, { cause: error });
  told?.(failure);
  return failure;
}

const refusedRights: ReadonlySet<number> = new Set([0x80041003, 0x80070005, 0xc004f025]);

const noClasses =
  'The machine has no licensing classes in root\\cimv2: is it a licensable Windows with a working WMI repository?';
const serviceOff =
  'The Software Protection service (sppsvc) is disabled or ending: look at its start type (sc.exe qc sppsvc); it starts by itself when it may.';
const noService =
  'The machine has no Software Protection service (sppsvc): is it a licensable Windows? Repair its system files (sfc /scannow).';
const quota =
  'The account has used up its share of WinRM there (shells, operations or users): wait, end other sessions, or raise the limits in winrm/config/winrs.';
const ourRequest =
  'WinRM on the machine did not understand the request: please report it with its --debug lines.';

/** What to do about a number with which the first question fails. */
const adviceByCode: Readonly<Record<number, string>> = {
  0x80041010: noClasses,
  0x8004100e: noClasses,
  0x80041002: noClasses,
  0x80070422: serviceOff,
  0x80070424: noService,
  0xc004f075: serviceOff,
  0x800706ba:
    'WMI on the machine cannot reach something itself, or the service winmgmt is stopped: look at winmgmt and the event log there.',
  0x80041013:
    'The licensing provider of WMI does not load there: look at sppsvc and the WMI repository (winmgmt /verifyrepository).',
  0x803381a5: quota,
  0x803381a6: quota,
  0x803381ab: quota,
  0x80338169:
    'The network profile of the machine is Public, for which WinRM is closed: make it Private or Domain, or run winrm quickconfig -force there.',
  0x8033805a: ourRequest,
  0x8033805b: ourRequest,
  0x80338060: ourRequest,
  0x80338118: ourRequest,
  0x803380fa: ourRequest,
};
const services =
  'Are the services winmgmt (WMI) and sppsvc (Software Protection) able to start on the machine?';

/** What the first question about licensing failed with, as a step of the way: rights, classes, or the service. */
export function licensingFailure(
  error: LicensingError,
  machine: string,
  elevated: boolean | null,
): RemoteFailure {
  const facts = { hresult: error.hresult, machine, message: error.message };
  if (refusedRights.has(error.hresult)) {
    const step = elevated === false ? 'elevation' : 'rights';
    return new RemoteFailure({ ...facts, step, advice: [rightsAdvice[step]] }, { cause: error });
  }
  const advice = adviceByCode[error.hresult] ?? services;
  return new RemoteFailure({ ...facts, step: 'licensing-classes', advice: [advice] }, { cause: error });
}

const rightsAdvice = {
  elevation:
    'The account is not an administrator there, or its token is filtered: use a member of Administrators.',
  rights:
    'The account may not use WMI there: it needs remote access to root\\cimv2, which administrators have.',
} as const;

const stepNames: Readonly<Record<ConnectionStep, string>> = {
  name: 'name',
  tcp: 'TCP',
  'host-key': 'host key',
  tls: 'TLS',
  authentication: 'authentication',
  rights: 'rights',
  elevation: 'elevation',
  'licensing-classes': 'licensing classes',
  command: 'command',
  answer: 'answer',
};

/** A step's name as messages show it. */
function stepName(step: ConnectionStep): string {
  return stepNames[step];
}

/** Lines for standard error: which step failed, why, and what to do. */
export function failureLines({ machine, step, message, advice }: RemoteFailure): readonly string[] {
  return [`slmgr: ${machine}: ${stepName(step)} failed: ${message}`, ...advice.map((line) => `  ${line}`)];
}
