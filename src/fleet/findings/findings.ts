import { isReached, type InventoryMachine } from '../inventory/machine';
import { windowsApplicationId } from '../../licensing/windows';

/** What findings are judged by. Days are whole. */
export interface FindingLimits {
  /** Seconds since 1970. */
  readonly now: number;
  readonly expiringDays: number;
  readonly notSeenDays: number;
  /** KMS hosts that clients may use, in lower case; null: those that the inventory knows as hosts. */
  readonly kmsHosts: readonly string[] | null;
}

export const findingIds = [
  'unlicensed',
  'notification',
  'run-out',
  'expiring',
  'never-reached',
  'not-reached',
  'not-seen',
  'duplicate-cmid',
  'wrong-edition',
  'unwanted-kms-host',
  'unexpected-kms-host',
  'host-near-threshold',
  'no-rearms',
  'esu-missing',
] as const;
export type FindingId = (typeof findingIds)[number];

/** Something that somebody has to look at. */
export interface Finding {
  readonly id: FindingId;
  readonly title: string;
  readonly isBad: boolean;
  readonly reason: string;
  readonly remedy: string;
  /** Names, in the order of the inventory; never empty. */
  readonly machines: readonly string[];
}

interface Rule extends Omit<Finding, 'machines' | 'id'> {
  readonly find: (
    machines: readonly InventoryMachine[],
    limits: FindingLimits,
  ) => readonly InventoryMachine[];
}

const day = 86_400;

/** What has to be looked at, the worst first; machines that were forgotten are in none. */
export function findingsOf(machines: readonly InventoryMachine[], limits: FindingLimits): readonly Finding[] {
  return findingIds.flatMap((id) => {
    const { find, ...rule } = rules[id];
    const found = find(machines, limits);
    return found.length === 0 ? [] : [{ id, ...rule, machines: found.map(({ name }) => name) }];
  });
}

const each =
  (test: (machine: InventoryMachine, limits: FindingLimits) => boolean): Rule['find'] =>
  (machines, limits) =>
    machines.filter((machine) => test(machine, limits));

const hasEnded = ({ expires }: { readonly expires: number | null }, now: number): boolean =>
  expires !== null && expires <= now;

const rules: Readonly<Record<FindingId, Rule>> = {
  unlicensed: {
    title: 'Unlicensed',
    isBad: true,
    reason: 'A product has no licence, or no product key is installed.',
    remedy: 'Install a key that fits the edition (/ipk) and activate it (/ato).',
    find: each(
      ({ status, products }) =>
        status !== null && (products.length === 0 || products.some((one) => one.status === 0)),
    ),
  },
  notification: {
    title: 'Notification',
    isBad: true,
    reason: 'The licence or the grace period has ended; Windows tells its users so.',
    remedy: 'Activate (/ato); "slmgr explain" with the reason says what is in the way.',
    find: each(({ products }) => products.some(({ status }) => status === 5)),
  },
  'run-out': {
    title: 'Run out since',
    isBad: true,
    reason: 'What was known of the licence has run out since the machine was last read.',
    remedy: 'Read it again (fleet scan); a KMS client renews by itself where it reaches its host.',
    find: each((machine, { now }) =>
      machine.products.some((one) => one.status !== 5 && one.status !== 0 && hasEnded(one, now)),
    ),
  },
  expiring: {
    title: 'Expiring',
    isBad: false,
    reason: 'A licence or a grace period ends soon.',
    remedy: 'Renew it (/ato). A KMS client that does not renew by itself does not reach its host.',
    find: each((machine, { now, expiringDays }) =>
      machine.products.some(
        ({ expires }) => expires !== null && expires > now && expires <= now + expiringDays * day,
      ),
    ),
  },
  'never-reached': {
    title: 'Never reached',
    isBad: true,
    reason: 'The machine has not answered yet: nothing is known of its licences.',
    remedy: '"slmgr check-connection NAME" goes the way step by step. "slmgr fleet forget" where it is gone.',
    find: each(({ lastSeen }) => lastSeen === null),
  },
  'not-reached': {
    title: 'Not reached',
    isBad: true,
    reason: 'The machine did not answer when it was last tried; what is shown is older.',
    remedy: '"slmgr check-connection NAME" goes the way step by step.',
    find: each(({ lastSeen, failure }) => lastSeen !== null && failure !== null),
  },
  'not-seen': {
    title: 'Not seen for long',
    isBad: false,
    reason: 'The machine has not been read for long.',
    remedy: 'Read it (fleet scan), or forget it (fleet forget) where it is gone.',
    find: each(
      ({ lastSeen }, { now, notSeenDays }) => lastSeen !== null && lastSeen < now - notSeenDays * day,
    ),
  },
  'duplicate-cmid': {
    title: 'Same client machine ID',
    isBad: true,
    reason: 'Machines share a client machine ID: a KMS host counts all of them as one.',
    remedy: 'They are clones: /rearm gives each an ID of its own. Prepare images with sysprep /generalize.',
    find: sameCmid,
  },
  'wrong-edition': {
    title: 'Key of another edition',
    isBad: true,
    reason: 'The key on the machine is not one of its edition.',
    remedy: 'Install the key of the edition ("slmgr keys" has the published ones): /ipk.',
    find: each(hasForeignKey),
  },
  'unwanted-kms-host': {
    title: 'Unwanted KMS host',
    isBad: true,
    reason: 'The machine is a KMS host, and is not meant to be one.',
    remedy:
      'Uninstall its KMS host key (/upk), install that of a client, and remove its DNS record ("slmgr kms unpublish").',
    find: each((machine, { kmsHosts }) => isHost(machine) && isUnwanted(machine, kmsHosts)),
  },
  'unexpected-kms-host': {
    title: 'Unexpected KMS host in use',
    isBad: true,
    reason: 'The client asks a KMS host that is not one of those expected.',
    remedy: 'Clear the host that is set (/ckms), or look at the SRV records ("slmgr discover"); then /ato.',
    find: usersOfUnexpectedHosts,
  },
  'host-near-threshold': {
    title: 'KMS host near its threshold',
    isBad: false,
    reason: 'The KMS host counts so few machines that its clients may soon not be activated.',
    remedy:
      'Clients need 25 machines (Windows) or 5 (servers, Office) within 30 days: use fewer hosts, or MAK or Active Directory.',
    find: each((machine) =>
      machine.products.some(
        ({ hostCount, applicationId }) =>
          hostCount !== null &&
          hostCount >= 0 &&
          hostCount < (applicationId === windowsApplicationId ? 28 : 7),
      ),
    ),
  },
  'no-rearms': {
    title: 'Rearms used up',
    isBad: false,
    reason: 'The licensing cannot be rearmed any more.',
    remedy: 'Activation gives rearms back; do not make images from this machine.',
    find: each(({ rearms }) => rearms === 0),
  },
  'esu-missing': {
    title: 'Extended updates missing',
    isBad: false,
    reason: 'Support of this Windows has ended, and no licence for extended security updates is active.',
    remedy: 'Upgrade it, or install the key of the ESU add-on (/ipk) and activate it (/ato ID).',
    find: each(lacksExtendedUpdates),
  },
};

function sameCmid(machines: readonly InventoryMachine[]): readonly InventoryMachine[] {
  const counts = new Map<string, number>();
  for (const { cmid } of machines) if (cmid !== null) counts.set(cmid, (counts.get(cmid) ?? 0) + 1);
  return machines.filter(({ cmid }) => cmid !== null && (counts.get(cmid) ?? 0) > 1);
}

/** What the service says where a key and an edition do not fit: no such licence, no such key for it. */
const editionErrors: ReadonlySet<string> = new Set(['0xC004F069', '0xC004F050', '0xC004E016', '0xC004D302']);

function hasForeignKey({ products, edition, failure }: InventoryMachine): boolean {
  if (failure?.hresult === '0xC004F069') return true;
  return products.some(({ applicationId, isAddon, name, reason }) => {
    if (applicationId !== windowsApplicationId || isAddon) return false;
    if (reason !== null && editionErrors.has(reason)) return true;
    const ofKey = /, (\w+) edition$/.exec(name)?.[1]?.toLowerCase();
    return edition !== null && ofKey !== undefined && base(ofKey) !== base(edition.toLowerCase());
  });
}

/** An evaluation is of its edition, and a name of the class may say Cor for Core. */
function base(edition: string): string {
  return edition.replace(/eval$/, '').replace(/cor$/, '');
}

function isHost({ products }: InventoryMachine): boolean {
  return products.some(({ hostCount, channel }) => hostCount !== null || channel === 'Volume:CSVLK');
}

function isUnwanted({ name, edition }: InventoryMachine, kmsHosts: FindingLimits['kmsHosts']): boolean {
  if (kmsHosts !== null) return !kmsHosts.some((host) => isSameHost(host, name));
  return edition !== null && !/server/i.test(edition);
}

function usersOfUnexpectedHosts(
  machines: readonly InventoryMachine[],
  { kmsHosts }: FindingLimits,
): readonly InventoryMachine[] {
  const expected = kmsHosts ?? machines.filter(isHost).map(({ name }) => name);
  if (expected.length === 0) return [];
  return machines.filter(({ products }) =>
    products.some(({ kmsHost }) => kmsHost !== null && !expected.some((host) => isSameHost(host, kmsHost))),
  );
}

/** Whether two names mean one host: with or without port, and with or without domain where one of them has none. */
function isSameHost(left: string, right: string): boolean {
  const [one, other] = [left, right].map((host) =>
    host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''),
  );
  if (one === undefined || other === undefined || one === other) return true;
  return one.split('.')[0] === other.split('.')[0] && (!one.includes('.') || !other.includes('.'));
}

/** Ends of support (seconds since 1970) after which extended updates are a licence of their own, by build. */
const endsOfSupport: readonly (readonly [build: RegExp, end: number])[] = [
  [/^6\.1\.760[01]\b/, Date.UTC(2020, 0, 14) / 1000],
  [/^6\.[23]\.9\d\d\d\b/, Date.UTC(2023, 9, 10) / 1000],
  [/^10\.0\.1904[1-5]\b/, Date.UTC(2025, 9, 14) / 1000],
];

function lacksExtendedUpdates(machine: InventoryMachine, { now }: FindingLimits): boolean {
  const { build, edition, products } = machine;
  if (build === null || !isReached(machine) || /(?:^|[a-z])S(?:N|Eval)?$|IoT/.test(edition ?? ''))
    return false;
  const isOver = endsOfSupport.some(([pattern, end]) => pattern.test(build) && now > end);
  return (
    isOver &&
    !products.some(
      ({ name, isAddon, status }) =>
        (isAddon || name.includes('ESU')) && /ESU|extended/i.test(name) && status === 1,
    )
  );
}
