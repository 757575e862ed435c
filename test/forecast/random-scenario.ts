import fc from 'fast-check';

/** What a scenario's file has, as data: JSON is YAML. */
type Tree = Readonly<Record<string, unknown>>;

const text = (minutes: number): string => `${String(minutes)}m`;
const some = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

/** How long scenarios are and how many machines they have: what one costs is their product. */
interface Size {
  readonly days: number;
  readonly machines: number;
  /** Least activation interval in minutes. */
  readonly interval: number;
}

const hostProducts = [
  'Windows Server 2008 R2 Standard',
  'Windows Server 2008 Standard',
  'Windows Server 2012 R2 Standard',
  'Windows Server 2019 Standard',
];
const clientProducts = [
  'Windows Server 2008 R2 Standard',
  'Windows Server 2012 R2 Standard',
  'Windows Server 2016 Standard',
  'Windows 7 Enterprise',
  'Windows 10 Enterprise',
  'Windows Vista Enterprise',
  'Windows Server 2008 Standard',
];

function intervals({ interval, days }: Size): fc.Arbitrary<Tree> {
  return fc.record({
    activation: fc.integer({ min: interval, max: interval * 3 }).map(text),
    renewal: fc.integer({ min: interval * 3, max: Math.min(days * 400, 43_200) }).map(text),
  });
}

function online({ days }: Size): fc.Arbitrary<unknown> {
  const home = fc
    .record({ home: fc.integer({ min: 300, max: days * 300 }), stay: fc.double(), jitter: fc.double() })
    .map(({ home: every }) => ({
      home: text(every),
      stay: text(Math.floor(every / 3)),
      jitter: text(Math.floor(every / 4)),
    }));
  const office = fc.record({
    from: some(['06:00', '08:30']),
    to: some(['12:00', '20:15']),
    jitter: some(['0m', '45m', '2h']),
  });
  return fc.oneof(
    { weight: 4, arbitrary: some(['always', 'office hours', 'rarely']) },
    { weight: 2, arbitrary: home },
    { weight: 1, arbitrary: office.map((hours) => ({ office: hours })) },
  );
}

function clients(size: Size, hosts: readonly string[]): fc.Arbitrary<Tree> {
  const time = fc.integer({ min: 1, max: size.days * 1440 - 1 });
  return fc
    .record({
      product: some(clientProducts),
      count: fc.integer({ min: 1, max: size.machines }),
      virtual: maybe(fc.boolean()),
      online: maybe(online(size)),
      kind: some(['plain', 'plain', 'kms', 'ad', 'mak', 'retail', 'evaluation', 'registered', 'uncached']),
      fate: some(['stays', 'stays', 'cloned', 'clonedAndRearmed', 'rearmed', 'reinstalled']),
      own: maybe(intervals(size)),
      from: maybe(time),
      growth: maybe(
        fc.record({
          add: fc.integer({ min: 1, max: 2 }),
          every: fc.integer({ min: size.days * 500, max: size.days * 1400 }),
        }),
      ),
      host: some(hosts),
    })
    .map(({ kind, fate, own, from, growth, host, ...rest }) => {
      const isClient = /Windows (7|10|Vista)/.test(rest.product);
      const isOld = /2008|7|Vista/.test(rest.product);
      const wanted = (kind === 'ad' && isOld) || (kind === 'evaluation' && isClient) ? 'plain' : kind;
      const grows = growth !== undefined && (from ?? 0) + growth.every <= size.days * 1440;
      const isVolume = !['mak', 'retail', 'evaluation'].includes(wanted);
      return {
        ...rest,
        ...optional('intervals', isVolume ? own : undefined),
        ...optional('from', from === undefined ? undefined : text(from)),
        ...optional('growth', grows ? { add: growth.add, every: text(growth.every) } : undefined),
        ...kindOf(wanted, host),
        ...optional('image', ['cloned', 'clonedAndRearmed', 'rearmed'].includes(fate) ? fate : undefined),
        ...optional('reinstall', fate === 'reinstalled' ? { every: text(size.days * 500) } : undefined),
      };
    });
}

function optional(key: string, value: unknown): Tree {
  return value === undefined ? {} : { [key]: value };
}

function kindOf(kind: string, kmsHost: string): Tree {
  switch (kind) {
    case 'plain':
      return {};
    case 'registered':
      return { kmsHost };
    case 'uncached':
      return { hostCaching: false };
    case 'mak':
      return { activation: 'mak', pool: 'p' };
    default:
      return { activation: kind };
  }
}

function host(size: Size): fc.Arbitrary<Tree> {
  return fc
    .record({
      product: some(hostProducts),
      priority: maybe(fc.integer({ min: 0, max: 2 })),
      weight: maybe(fc.integer({ min: 0, max: 3 })),
      activated: maybe(fc.constant(false)),
      own: maybe(intervals(size)),
      outage: maybe(
        fc.record({
          from: fc.integer({ min: 0, max: size.days * 1440 }),
          for: fc.integer({ min: 1, max: size.days * 700 }),
        }),
      ),
    })
    .map(({ own, outage, ...rest }) => ({
      ...rest,
      ...(own === undefined ? {} : { intervals: own }),
      ...(outage === undefined ? {} : { outages: [{ from: text(outage.from), for: text(outage.for) }] }),
    }));
}

function change(size: Size, hosts: readonly string[], sites: readonly string[]): fc.Arbitrary<Tree> {
  const at = fc.integer({ min: 0, max: size.days * 1440 }).map(text);
  const record = (what: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Tree> =>
    fc.record({ at, ...what });
  return fc.oneof(
    record({ host: some(hosts), intervals: intervals(size) }),
    record({ host: some(hosts), activated: fc.boolean() }),
    record({
      host: some(hosts),
      priority: fc.integer({ min: 0, max: 2 }),
      weight: fc.integer({ min: 0, max: 2 }),
    }),
    record({ site: some(sites), hosts: fc.subarray([...hosts]) }),
    record({
      site: some(sites),
      activeDirectory: some(['Windows Server 2012 R2 Standard', 'Windows Server 2019 Standard', null]),
    }),
  );
}

function scenarioOf(size: Size): fc.Arbitrary<Tree> {
  return fc
    .record({ hosts: fc.integer({ min: 1, max: 3 }), sites: fc.integer({ min: 1, max: 2 }) })
    .chain((counts) => {
      const hosts = Array.from({ length: counts.hosts }, (_, n) => `k${String(n)}`);
      const sites = Array.from({ length: counts.sites }, (_, n) => `s${String(n)}`);
      const at = fc.integer({ min: 0, max: size.days * 1440 }).map(text);
      return fc.record({
        version: fc.constant(1),
        start: fc
          .integer({ min: 0, max: 200 })
          .map((hour) => new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000).toISOString()),
        days: fc.constant(size.days),
        seed: fc.integer({ min: 0, max: 0xffff_ffff }),
        hosts: fc
          .tuple(...hosts.map(() => host(size)))
          .map((all) =>
            Object.fromEntries(hosts.map((name, n) => [name, { ...all[n], site: sites[n % sites.length] }])),
          ),
        sites: fc
          .tuple(
            ...sites.map(() =>
              fc.record({
                clients: fc.array(clients(size, hosts), { minLength: 1, maxLength: 3 }),
                hosts: fc.subarray(hosts),
                activeDirectory: maybe(fc.constant('Windows Server 2016 Standard')),
              }),
            ),
          )
          .map((all) => Object.fromEntries(sites.map((name, n) => [name, all[n]]))),
        pools: fc.record({ p: fc.record({ size: fc.integer({ min: 1, max: 12 }) }) }),
        images: fc.constant({
          cloned: { cmid: 'cloned' },
          clonedAndRearmed: { cmid: 'cloned', rearm: { after: text(size.days * 300) } },
          rearmed: { rearm: { every: text(size.days * 260) } },
        }),
        dns: fc
          .array(fc.record({ host: some(hosts), site: some(sites), from: at }), { maxLength: 2 })
          .map((missing) => ({ missing })),
        changes: fc.array(change(size, hosts, sites), { maxLength: 4 }),
      });
    });
}

interface Missing {
  readonly missing: readonly { readonly host: string; readonly site: string }[];
}

/** Records that their site has at one time or another, each of which goes missing once. */
function missingOnce({ missing }: Missing, { sites, hosts, changes }: Tree): Missing['missing'] {
  const seen = new Set<string>();
  return missing.filter(({ host, site }) => {
    const named = [
      (sites as Readonly<Record<string, Tree>>)[site]?.['hosts'],
      ...(changes as readonly Tree[]).filter((each) => each['site'] === site).map((each) => each['hosts']),
    ];
    const isOwn = (hosts as Readonly<Record<string, Tree>>)[host]?.['site'] === site;
    const isNew = !seen.has(`${host} ${site}`);
    seen.add(`${host} ${site}`);
    return isNew && (isOwn || named.some((list) => Array.isArray(list) && list.includes(host)));
  });
}

/** Of changes of one host or site at one minute the first: a second one might contradict it. */
function onceAMinute(changes: readonly Tree[]): readonly Tree[] {
  const isFirst = (one: Tree, other: Tree): boolean =>
    one['at'] === other['at'] && one['host'] === other['host'] && one['site'] === other['site'];
  return changes.filter((each, at) => changes.findIndex((other) => isFirst(each, other)) === at);
}

/** Leaves out what nobody names, which a scenario must not have. */
function withoutUnused(scenario: Tree): Tree {
  const used = JSON.stringify(scenario['sites']);
  const images = Object.entries(scenario['images'] as Tree).filter(([name]) =>
    used.includes(`"image":"${name}"`),
  );
  const { pools, dns, ...rest } = scenario;
  return {
    ...rest,
    changes: onceAMinute(rest['changes'] as readonly Tree[]),
    dns: { missing: missingOnce(dns as Missing, rest) },
    images: Object.fromEntries(images),
    ...(used.includes('"pool"') ? { pools } : {}),
  };
}

const sizes: readonly { readonly weight: number; readonly size: Size }[] = [
  { weight: 5, size: { days: 3, machines: 4, interval: 60 } },
  { weight: 1, size: { days: 4, machines: 30, interval: 240 } },
  { weight: 3, size: { days: 50, machines: 3, interval: 2000 } },
  { weight: 1, size: { days: 230, machines: 2, interval: 9000 } },
];

/** Scenarios with everything in them, small ones mostly; `greatest` machines in a group in a few. */
export function randomScenario(greatest: number): fc.Arbitrary<string> {
  const all = sizes.map(({ weight, size }) => ({ weight, arbitrary: scenarioOf(size) }));
  if (greatest > 30)
    all.push({ weight: 1, arbitrary: scenarioOf({ days: 10, machines: greatest, interval: 600 }) });
  return fc.oneof(...all).map((scenario) => JSON.stringify(withoutUnused(scenario)));
}

const officeHours: readonly unknown[] = [
  'office hours',
  'office hours',
  { office: { from: '06:00', to: '12:00', jitter: '2h' } },
  { office: { from: '22:30', to: '23:45', jitter: '0m' } },
  { office: { from: '00:00', to: '23:00' } },
  'always',
];

/** Products that fit each other; the first hosts count physical machines only. */
const eras = [
  { hosts: ['Windows Server 2008 Standard'], clients: ['Windows Server 2008 Standard'] },
  ...Array.from({ length: 3 }, () => ({
    hosts: ['Windows Server 2019 Standard', 'Windows Server 2016 Standard'],
    clients: [
      'Windows Server 2012 R2 Standard',
      'Windows Server 2016 Standard',
      'Windows Server 2008 R2 Standard',
    ],
  })),
] as const;

function workers(size: Size, products: readonly string[]): fc.Arbitrary<Tree> {
  return fc
    .record({
      product: some(products),
      count: fc.oneof(
        fc.integer({ min: Math.ceil(size.machines / 3), max: size.machines }),
        fc.integer({ min: 1, max: 4 }),
      ),
      virtual: maybe(fc.boolean()),
      online: some(officeHours),
      kind: some(['plain', 'plain', 'plain', 'plain', 'kms', 'registered', 'uncached', 'mak', 'ad']),
      image: maybe(some(['rearmed', 'once'])),
      own: maybe(intervals(size)),
      until: maybe(fc.integer({ min: size.days * 700, max: size.days * 1440 })),
      adds: fc.boolean(),
    })
    .map(({ kind, own, image, until, adds, ...rest }) => {
      const wanted = kind === 'ad' && rest.product.includes('2008') ? 'plain' : kind;
      return {
        ...rest,
        ...kindOf(wanted, 'k0'),
        ...optional('intervals', wanted === 'mak' ? undefined : own),
        ...optional('image', adds ? undefined : image),
        ...optional('until', until === undefined ? undefined : text(until)),
        ...optional('growth', adds ? { add: 1, every: '3d' } : undefined),
      };
    });
}

function servingHost(size: Size, products: readonly string[]): fc.Arbitrary<Tree> {
  const outage = (from: number, to: number): fc.Arbitrary<Tree | undefined> =>
    maybe(
      fc
        .record({
          at: fc.integer({ min: from / 30, max: (to - 1440) / 30 }),
          length: fc.integer({ min: 1, max: 1440 }),
        })
        .map(({ at, length }) => ({ from: text(at * 30), for: text(length) })),
    );
  const half = size.days * 720;
  return fc
    .record({
      product: some(products),
      own: maybe(intervals(size)),
      outages: fc.tuple(outage(3 * 1440, half), outage(half, 2 * half)),
    })
    .map(({ own, outages, ...rest }) => ({
      ...rest,
      ...optional('intervals', own),
      outages: outages.filter((each) => each !== undefined),
    }));
}

/**
 * Scenarios of working days: groups with office hours, large enough to fill the counting caches of hosts that activate
 * servers alone; hosts that go away and change, machines that come and go.
 */
export function workingScenario(greatest: number): fc.Arbitrary<string> {
  const size: Size = { days: 44, machines: greatest, interval: 400 };
  return some(eras)
    .chain((era) =>
      fc.record({
        start: fc.integer({ min: 0, max: 200 }),
        seed: fc.integer({ min: 0, max: 0xffff_ffff }),
        clients: fc.array(workers(size, era.clients), { minLength: 1, maxLength: 3 }),
        hosts: fc.tuple(servingHost(size, era.hosts), servingHost(size, era.hosts)),
        directory: maybe(fc.constant('Windows Server 2019 Standard')),
        changes: fc.array(change({ ...size, days: 10 }, ['k0', 'k1'], ['s0']), { maxLength: 2 }),
      }),
    )
    .map(({ start, seed, clients: groups, hosts, directory, changes }) =>
      JSON.stringify(
        withoutUnused({
          version: 1,
          start: new Date(Date.UTC(2026, 0, 5) + start * 3_600_000).toISOString(),
          days: size.days,
          seed,
          hosts: { k0: { ...hosts[0], site: 's0' }, k1: { ...hosts[1], site: 's0' } },
          sites: { s0: { clients: groups, hosts: [], ...optional('activeDirectory', directory) } },
          pools: { p: { size: 12 } },
          images: { rearmed: { rearm: { every: '11d' } }, once: { rearm: { after: '5d' } } },
          dns: { missing: [] },
          changes,
        }),
      ),
    );
}
