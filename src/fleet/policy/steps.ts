import type { Change } from './differences';
import { activationTypes } from './differences';
import { hasOwnKms, wantedKms } from './kms-setting';
import type { MachineState } from './machine-state';
import type { DesiredState, SettingName } from './policy';

/** One verb of slmgr that brings a setting about. */
export interface Step {
  readonly setting: SettingName;
  /** Without its slash. */
  readonly verb: string;
  readonly args: readonly string[];
}

/**
 * The verbs that make a change, in their order.
 * `key` is the whole product key, for a change of the key alone.
 */
export function stepsOf(
  { setting }: Change,
  desired: DesiredState,
  state: MachineState,
  key: string | null,
): readonly Step[] {
  return verbsOf(setting, desired, state, key).map(([verb, ...args]) => ({ setting, verb, args }));
}

type Words = readonly [verb: string, ...args: string[]];

function verbsOf(
  setting: SettingName,
  desired: DesiredState,
  state: MachineState,
  key: string | null,
): readonly Words[] {
  switch (setting) {
    case 'key':
      return key === null ? [] : [['ipk', key]];
    case 'kms':
      return kmsVerbs(desired, state);
    case 'activation':
      return desired.activation === undefined
        ? []
        : [['act-type', String(activationTypes[desired.activation])]];
    case 'hostCaching':
      return [[desired.hostCaching === true ? 'skhc' : 'ckhc']];
    case 'port':
      return numberVerb('sprt', desired.port);
    case 'dns':
      return [[desired.dns === 'publish' ? 'sdns' : 'cdns']];
    case 'priority':
      return [[desired.priority === 'low' ? 'cpri' : 'spri']];
    case 'activationInterval':
      return numberVerb('sai', desired.activationInterval);
    case 'renewalInterval':
      return numberVerb('sri', desired.renewalInterval);
    case 'licensed':
    case 'minDays':
      return [['ato']];
  }
}

function numberVerb(verb: string, value: number | undefined): readonly Words[] {
  return value === undefined ? [] : [[verb, String(value)]];
}

/** On the product, where it has a setting of its own: the machine's would not reach it. */
function kmsVerbs({ kms }: DesiredState, state: MachineState): readonly Words[] {
  if (kms === undefined) return [];
  const wanted = wantedKms(kms);
  const which = hasOwnKms(state) && state.windows !== null ? [state.windows.activationId] : [];
  const { kmsMachine, kmsLookupDomain } = state.service;
  const machine = which.length > 0 ? (state.windows?.kmsClient.registeredMachine ?? '') : kmsMachine;
  const domain = which.length > 0 ? (state.windows?.kmsClient.lookupDomain ?? '') : kmsLookupDomain;
  switch (wanted.kind) {
    case 'host':
      return [['skms', `${wanted.host}:${wanted.port}`, ...which]];
    case 'domain':
      return [
        ...(machine === '' ? [] : ([['ckms', ...which]] as const)),
        ['skms-domain', wanted.domain, ...which],
      ];
    case 'auto':
      return [
        ...(machine === '' ? [] : ([['ckms', ...which]] as const)),
        ...(domain === '' ? [] : ([['ckms-domain', ...which]] as const)),
      ];
  }
}
