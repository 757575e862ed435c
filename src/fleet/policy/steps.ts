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
  return verbsOf[setting]({ desired, state, key }).map(([verb, ...args]) => ({ setting, verb, args }));
}

type Words = readonly [verb: string, ...args: string[]];

interface Wish {
  readonly desired: DesiredState;
  readonly state: MachineState;
  readonly key: string | null;
}

const verbsOf: Readonly<Record<SettingName, (wish: Wish) => readonly Words[]>> = {
  key: ({ key }) => (key === null ? [] : [['ipk', key]]),
  kms: kmsVerbs,
  activation: ({ desired: { activation } }) =>
    activation === undefined ? [] : [['act-type', String(activationTypes[activation])]],
  hostCaching: ({ desired }) => [[desired.hostCaching === true ? 'skhc' : 'ckhc']],
  port: ({ desired }) => numberVerb('sprt', desired.port),
  dns: ({ desired }) => [[desired.dns === 'publish' ? 'sdns' : 'cdns']],
  priority: ({ desired }) => [[desired.priority === 'low' ? 'cpri' : 'spri']],
  activationInterval: ({ desired }) => numberVerb('sai', desired.activationInterval),
  renewalInterval: ({ desired }) => numberVerb('sri', desired.renewalInterval),
  licensed: () => [['ato']],
  minDays: () => [['ato']],
};

function numberVerb(verb: string, value: number | undefined): readonly Words[] {
  return value === undefined ? [] : [[verb, String(value)]];
}

function kmsVerbs({ desired: { kms }, state }: Wish): readonly Words[] {
  if (kms === undefined) return [];
  const wanted = wantedKms(kms);
  const { machine, domain, which } = whereKmsIsSet(state);
  const clearMachine: readonly Words[] = machine === '' ? [] : [['ckms', ...which]];
  const clearDomain: readonly Words[] = domain === '' ? [] : [['ckms-domain', ...which]];
  switch (wanted.kind) {
    case 'host':
      return [['skms', `${wanted.host}:${wanted.port}`, ...which]];
    case 'domain':
      return [...clearMachine, ['skms-domain', wanted.domain, ...which]];
    case 'auto':
      return [...clearMachine, ...clearDomain];
  }
}

interface KmsPlace {
  readonly machine: string;
  readonly domain: string;
  /** The activation ID that the verbs take, or nothing. */
  readonly which: readonly string[];
}

/** On the product, where it has a setting of its own: the machine's would not reach it. */
function whereKmsIsSet(state: MachineState): KmsPlace {
  const { windows, service } = state;
  if (windows === null || !hasOwnKms(state)) {
    return { machine: service.kmsMachine, domain: service.kmsLookupDomain, which: [] };
  }
  const { registeredMachine, lookupDomain } = windows.kmsClient;
  return { machine: registeredMachine, domain: lookupDomain, which: [windows.activationId] };
}
