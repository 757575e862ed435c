import { generations, officeFacts } from './generations';
import {
  type Edition,
  type GenerationId,
  type HostGroupId,
  type OfficeGeneration,
  type ServerGroup,
} from './types';

/** A group of KMS host keys: where its keys may be installed, and what they activate. */
export interface HostGroup {
  readonly id: HostGroupId;
  readonly label: string;
  /** The channel as Description names it. */
  readonly channelName: string;
  readonly hostsOn: readonly GenerationId[];
  readonly activates: readonly GenerationId[];
  /** Greatest server group of the 2008 generations, for installing and for activating. */
  readonly letter: ServerGroup | null;
  /** LTSB and LTSC releases that it activates. */
  readonly longTerm: readonly number[];
  readonly office: OfficeGeneration | null;
  /** Code base of the key: an older host needs the KMS update for it. */
  readonly era: number;
}

interface WindowsGroup {
  readonly label: string;
  readonly channelName: string;
  readonly hostsOn: readonly GenerationId[];
  readonly activates: readonly GenerationId[];
  readonly letter?: ServerGroup;
  readonly longTerm?: readonly number[];
  readonly generation: GenerationId;
}

function windowsGroup(id: HostGroupId, group: WindowsGroup): HostGroup {
  const { generation, letter = null, longTerm = [], ...rest } = group;
  return { ...rest, id, letter, longTerm, office: null, era: generations[generation].era };
}

const clientsOf2008r2 = ['vista', 'win7'] as const;
const servers2008 = ['ws2008', 'ws2008r2'] as const;

function group2008(letter: ServerGroup): HostGroup {
  return windowsGroup(`2008-${letter}`, {
    label: `Windows Server 2008 group ${letter}`,
    channelName: `VOLUME_KMS_${letter}`,
    hostsOn: ['ws2003', 'ws2008'],
    activates: ['vista', 'ws2008'],
    letter,
    generation: 'ws2008',
  });
}

function group2008r2(letter: ServerGroup, members: string): HostGroup {
  return windowsGroup(`2008R2-${letter}`, {
    label: `Windows Server 2008 R2 group ${letter} (${members})`,
    channelName: `VOLUME_KMS_R2_${letter}`,
    hostsOn: ['ws2003', ...servers2008],
    activates: [...clientsOf2008r2, ...servers2008],
    letter,
    generation: 'ws2008r2',
  });
}

const upTo2012r2 = ['vista', 'win7', 'win8', 'win8.1', 'ws2008', 'ws2008r2', 'ws2012', 'ws2012r2'] as const;
const by2012r2For10 = [
  'win7',
  'win8',
  'win8.1',
  'win10',
  'ws2008',
  'ws2008r2',
  'ws2012',
  'ws2012r2',
] as const;
const by2016 = [
  'win7',
  'win8.1',
  'win10',
  'ws2008',
  'ws2008r2',
  'ws2012',
  'ws2012r2',
  'ws2016',
  'ws-sac',
] as const;
const by2019 = [...by2016, 'ws2019'] as const;
const by2022 = [...by2019, 'ws2022', 'win11'] as const;

const windowsGroups: readonly HostGroup[] = [
  windowsGroup('client-vista', {
    label: 'Windows Vista (VL) host key',
    channelName: 'VOLUME_KMS',
    hostsOn: ['ws2003', 'vista'],
    activates: ['vista'],
    generation: 'vista',
  }),
  group2008('A'),
  group2008('B'),
  group2008('C'),
  windowsGroup('client-win7', {
    label: 'Windows 7 client VL host key',
    channelName: 'VOLUME_KMS',
    hostsOn: ['ws2003', 'vista', 'win7'],
    activates: ['vista', 'win7'],
    generation: 'win7',
  }),
  group2008r2('A', 'Web, HPC'),
  group2008r2('B', 'Standard, Enterprise'),
  group2008r2('C', 'Datacenter, Itanium'),
  windowsGroup('win8.1', {
    label: 'Windows 8.1 VL',
    channelName: 'VOLUME_KMS_WIN81',
    hostsOn: ['vista', 'win7', 'win8', 'win8.1'],
    activates: ['vista', 'win7', 'win8', 'win8.1'],
    generation: 'win8.1',
  }),
  windowsGroup('ws2012r2', {
    label: 'Windows Server 2012 R2 VL',
    channelName: 'VOLUME_KMS_2012-R2',
    hostsOn: ['ws2008', 'ws2008r2', 'ws2012', 'ws2012r2'],
    activates: upTo2012r2,
    generation: 'ws2012r2',
  }),
  windowsGroup('win10', {
    label: 'Windows 10 VL',
    channelName: 'VOLUME_KMS_WIN10',
    // The list ends with Windows 10; Windows 11 is the same product to a host key.
    hostsOn: ['win7', 'win8', 'win8.1', 'win10', 'win11'],
    activates: ['win7', 'win8', 'win8.1', 'win10'],
    longTerm: [2015],
    generation: 'win10',
  }),
  windowsGroup('ws2012r2-for-win10', {
    label: 'Windows Server 2012 R2 for Windows 10',
    channelName: 'VOLUME_KMS_2012-R2_WIN10',
    hostsOn: ['ws2008r2', 'ws2012', 'ws2012r2'],
    activates: by2012r2For10,
    longTerm: [2015],
    generation: 'win10',
  }),
  windowsGroup('ws2016', {
    label: 'Windows Server 2016 VL',
    channelName: 'VOLUME_KMS_WS16',
    hostsOn: ['ws2012', 'ws2012r2', 'ws2016', 'ws-sac'],
    activates: by2016,
    longTerm: [2015, 2016],
    generation: 'ws2016',
  }),
  windowsGroup('ws2019', {
    label: 'Windows Server 2019 VL',
    channelName: 'VOLUME_KMS_WS19',
    hostsOn: ['ws2012r2', 'ws2016', 'ws-sac', 'ws2019'],
    activates: by2019,
    longTerm: [2015, 2016, 2019, 2021],
    generation: 'ws2019',
  }),
  windowsGroup('ws2022', {
    label: 'Windows Server 2022 VL',
    channelName: 'VOLUME_KMS_WS22',
    hostsOn: ['ws2016', 'ws2019', 'ws2022'],
    activates: by2022,
    longTerm: [2015, 2016, 2019, 2021],
    generation: 'ws2022',
  }),
  windowsGroup('ws2025', {
    label: 'Windows Server 2025 VL',
    channelName: 'VOLUME_KMS_WS25',
    hostsOn: ['ws2019', 'ws2022', 'ws2025'],
    activates: [...by2022, 'ws2025'],
    longTerm: [2015, 2016, 2019, 2021, 2024],
    generation: 'ws2025',
  }),
];

const anyWindows = Object.keys(generations) as GenerationId[];

function fromEras(client: number, server: number): readonly GenerationId[] {
  return anyWindows.filter((id) => {
    const { kind, era } = generations[id];
    return era >= (kind === 'client' ? client : server);
  });
}

/** Oldest Windows that each Office host pack runs on (officeKmsHosts): code bases of client and server. */
const officeHosts: Record<OfficeGeneration, readonly GenerationId[]> = {
  '2010': anyWindows,
  '2013': fromEras(generations.win7.era, generations.ws2008r2.era),
  '2016': fromEras(generations.win7.era, generations.ws2008r2.era),
  '2019': fromEras(generations['win8.1'].era, generations.ws2012.era),
  '2021': fromEras(generations.win10.era, generations.ws2016.era),
  '2024': fromEras(generations.win10.era, generations.ws2022.era),
};

function officeGroup(generation: OfficeGeneration): HostGroup {
  return {
    id: `office-${generation}`,
    label: `${officeFacts[generation].title} VL`,
    channelName: 'VOLUME_KMS',
    hostsOn: officeHosts[generation],
    activates: [],
    letter: null,
    longTerm: [],
    office: generation,
    era: 0,
  };
}

const officeGroups = (Object.keys(officeFacts) as OfficeGeneration[]).map(officeGroup);

/** Every group, in the catalogue's order. */
export const hostGroups: readonly HostGroup[] = [...windowsGroups, ...officeGroups];

const byId: ReadonlyMap<HostGroupId, HostGroup> = new Map(hostGroups.map((group) => [group.id, group]));

/** The group with this ID. */
export function hostGroup(id: HostGroupId): HostGroup {
  const group = byId.get(id);
  if (group === undefined) throw new RangeError(`No host key group ${id}`);
  return group;
}

/** Year of an LTSB or LTSC edition; null for others. */
function longTermYear(edition: Edition): number | null {
  const year = /\bLTS[BC] (\d{4})$/.exec(edition.friendlyName)?.[1];
  return year === undefined ? null : Number(year);
}

function isWithinLetter(group: HostGroup, edition: Edition): boolean {
  return group.letter === null || edition.serverGroup === null || edition.serverGroup <= group.letter;
}

/** Whether a key of the group activates KMS clients of the edition (K11.3, K11.4). */
export function groupActivates(group: HostGroup, edition: Edition): boolean {
  const { release } = edition;
  if (edition.threshold === 0) return false;
  if (release.of === 'office') return edition.kind === 'office' && group.office === release.generation;
  const year = longTermYear(edition);
  return (
    group.activates.includes(release.generation) &&
    isWithinLetter(group, edition) &&
    (year === null || group.longTerm.includes(year))
  );
}

/** Whether a key of the group may be installed on a machine with this edition of Windows (hostsOn). */
export function groupRunsOn(group: HostGroup, windows: Edition): boolean {
  const { release } = windows;
  if (release.of !== 'windows' || windows.friendlyName.includes('Azure Edition')) return false;
  return group.hostsOn.includes(release.generation) && isWithinLetter(group, windows);
}

const ownGroup: Record<GenerationId, HostGroupId | null> = {
  // It has no keys of its own: this is the one of KMS 1.1's time that its editions were bought with.
  ws2003: '2008-B',
  vista: 'client-vista',
  ws2008: null,
  win7: 'client-win7',
  ws2008r2: null,
  win8: 'win8.1',
  ws2012: 'ws2012r2',
  'win8.1': 'win8.1',
  ws2012r2: 'ws2012r2',
  win10: 'win10',
  ws2016: 'ws2016',
  'ws-sac': 'ws2019',
  ws2019: 'ws2019',
  ws2022: 'ws2022',
  win11: 'win10',
  ws2025: 'ws2025',
};

/** The group whose key an organisation gets for the edition: its own generation's. */
export function hostGroupOf(edition: Edition): HostGroupId {
  const { release } = edition;
  if (release.of === 'office') return `office-${release.generation}`;
  const letter = edition.serverGroup ?? 'C';
  return (
    ownGroup[release.generation] ?? (release.generation === 'ws2008' ? `2008-${letter}` : `2008R2-${letter}`)
  );
}
