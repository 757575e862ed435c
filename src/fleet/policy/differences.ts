import type { ProductFacts } from '../../licensing/facts';
import { activationTypeName, licenseStatusName } from '../../licensing/license-status';
import { effectiveKmsPort } from '../../licensing/windows';
import { kmsInForce, kmsText, sameKms, wantedKms } from './kms-setting';
import type { MachineState } from './machine-state';
import type { DesiredState, SettingName } from './policy';

/** A setting that is not as it should be, in words for people; `from` and `to` hold no secret. */
export interface Change {
  readonly setting: SettingName;
  readonly from: string;
  readonly to: string;
}

/** The key that a policy wants on one machine. */
export interface WantedKey {
  /** The last five characters, which is all that a machine tells of a key. */
  readonly partial: string;
  /** "gvlk of Windows 10 Enterprise", "MAK that ends in WXYZ1" */
  readonly shown: string;
}

/** How a machine stands to what should be so. */
export interface Differences {
  /** In the order in which Windows has to be changed. */
  readonly changes: readonly Change[];
  /** Why something cannot be told; empty where everything can. */
  readonly unclear: readonly string[];
}

/** The order in which Windows has to be changed. */
export const settingOrder: readonly SettingName[] = [
  'key',
  'kms',
  'activation',
  'hostCaching',
  'port',
  'dns',
  'priority',
  'activationInterval',
  'renewalInterval',
  'licensed',
  'minDays',
];

const licensedStatus = 1;
const day = 86_400_000;

/**
 * Compares a machine with what should be so. `key` is the key that the policy wants there: null where it wants none or
 * where it cannot be told, and then `keyProblem` says why.
 */
export function differencesOf(
  desired: DesiredState,
  state: MachineState,
  key: WantedKey | null,
  keyProblem: string | null = null,
): Differences {
  const unclear: string[] = keyProblem === null ? [] : [keyProblem];
  const keyChange = keyDifference(state, key);
  const host = hostDifferences(desired, state);
  if (host.problem !== null) unclear.push(host.problem);
  const changes = [
    ...keyChange,
    ...kmsDifference(desired, state),
    ...activationDifference(desired, state),
    ...flagDifference('hostCaching', desired.hostCaching, state.service.hostCaching, onOff),
    ...host.changes,
  ];
  return { changes: [...changes, ...licenceDifference(desired, state, keyChange.length > 0)], unclear };
}

function keyDifference({ windows }: MachineState, key: WantedKey | null): readonly Change[] {
  if (key === null) return [];
  const installed = windows?.partialProductKey ?? '';
  if (installed.toUpperCase() === key.partial.toUpperCase()) return [];
  return [{ setting: 'key', from: installed === '' ? 'none' : installed, to: key.shown }];
}

function kmsDifference({ kms }: DesiredState, state: MachineState): readonly Change[] {
  if (kms === undefined) return [];
  const now = kmsInForce(state);
  const wanted = wantedKms(kms);
  return sameKms(now, wanted) ? [] : [{ setting: 'kms', from: kmsText(now), to: kmsText(wanted) }];
}

/** The number that /act-type takes. */
export const activationTypes = { all: 0, ad: 1, kms: 2, token: 3 } as const;

function activationDifference({ activation }: DesiredState, { windows }: MachineState): readonly Change[] {
  if (activation === undefined) return [];
  const now = windows?.configuredActivationType ?? activationTypes.all;
  if (now === activationTypes[activation]) return [];
  return [{ setting: 'activation', from: activationTypeName(now).toLowerCase(), to: activation }];
}

const onOff = (is: boolean): string => (is ? 'on' : 'off');

function flagDifference(
  setting: SettingName,
  wanted: boolean | undefined,
  now: boolean,
  words: (is: boolean) => string,
): readonly Change[] {
  return wanted === undefined || wanted === now ? [] : [{ setting, from: words(now), to: words(wanted) }];
}

/** Settings of a KMS host: they are in the registry, and the service reads them when it starts. */
export const hostSettings = ['port', 'dns', 'priority', 'activationInterval', 'renewalInterval'] as const;

function hostDifferences(
  desired: DesiredState,
  state: MachineState,
): { readonly changes: readonly Change[]; readonly problem: string | null } {
  const asked = hostSettings.filter((setting) => desired[setting] !== undefined);
  if (asked.length === 0) return { changes: [], problem: null };
  const becomesHost = typeof desired.key === 'object' && desired.key.type === 'csvlk';
  if (state.windows?.kmsHost == null && !becomesHost) {
    return { changes: [], problem: `it is no KMS host, and ${asked.join(', ')} are settings of one` };
  }
  const { service, windows } = state;
  const numbers = [
    numberDifference('port', desired.port, effectiveKmsPort(service.listeningPort)),
    flagDifference('dns', asFlag(desired.dns, 'publish'), service.dnsPublishing, (is) =>
      is ? 'publish' : 'off',
    ),
    flagDifference('priority', asFlag(desired.priority, 'low'), service.lowPriority, (is) =>
      is ? 'low' : 'normal',
    ),
    ...intervalDifferences(desired, windows),
  ];
  return { changes: numbers.flat(), problem: null };
}

function intervalDifferences(
  desired: DesiredState,
  windows: ProductFacts | null,
): readonly (readonly Change[])[] {
  return [
    numberDifference(
      'activationInterval',
      desired.activationInterval,
      windows?.kmsClient.activationInterval ?? null,
    ),
    numberDifference('renewalInterval', desired.renewalInterval, windows?.kmsClient.renewalInterval ?? null),
  ];
}

function asFlag<Word extends string>(word: Word | undefined, on: Word): boolean | undefined {
  return word === undefined ? undefined : word === on;
}

function numberDifference(
  setting: SettingName,
  wanted: number | undefined,
  now: number | null,
): readonly Change[] {
  if (wanted === undefined || wanted === now) return [];
  return [{ setting, from: now === null ? 'not said' : String(now), to: String(wanted) }];
}

/** `licensed` and `minDays`: one activation serves both. A new key has to be activated whatever was before. */
function licenceDifference(desired: DesiredState, state: MachineState, newKey: boolean): readonly Change[] {
  const { windows, now } = state;
  const isLicensed = windows?.licenseStatus === licensedStatus;
  const from = windows === null ? 'no key' : licenseStatusName(windows.licenseStatus).toLowerCase();
  if (desired.licensed === true && (!isLicensed || newKey)) {
    return [{ setting: 'licensed', from, to: 'licensed' }];
  }
  if (desired.minDays === undefined) return [];
  const to = `at least ${desired.minDays} days`;
  if (!isLicensed || newKey) return [{ setting: 'minDays', from, to }];
  if (windows.expiresAt === null || windows.expiresAt - now >= desired.minDays * day) return [];
  const left = Math.max(0, Math.floor((windows.expiresAt - now) / day));
  return [{ setting: 'minDays', from: `${left} days`, to }];
}
