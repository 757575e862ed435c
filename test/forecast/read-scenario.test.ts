import { ScenarioError } from '../../src/forecast/scenario/problems';
import { readScenario } from '../../src/forecast/scenario/read-scenario';

const minimal = `version: 1
start: 2026-01-05T08:00:00Z
days: 30
sites:
  hq:
    clients: [{ product: Windows 7 Enterprise, count: 30 }]
    hosts: [k1]
hosts:
  k1: { product: Windows Server 2008 R2 Standard }
`;

function problems(text: string): readonly string[] {
  try {
    readScenario(text, 'plan.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** The minimal scenario with one text in place of another. */
function changed(from: string, to: string): string {
  if (!minimal.includes(from)) throw new Error(`no ${from}`);
  return minimal.replace(from, to);
}

test('the least that is needed makes a plan: machines in their first grace, one host, no action', () => {
  const { plan } = readScenario(minimal, 'plan.yaml');
  expect(plan).toMatchObject({ minutes: 30 * 1440, seed: 1, machines: 30, actions: [], pools: [] });
  expect(plan.groups[0]).toMatchObject({
    atStart: 30,
    channel: 'gvlk',
    online: { kind: 'always' },
    isCloned: false,
  });
  expect(plan.hosts[0]).toMatchObject({
    activationInterval: 120,
    renewalInterval: 10_080,
    keyGroup: '2008R2-B',
  });
});

/** What stands in the scenario, what stands there instead, what is told, and what is added behind. */
const wrong: readonly (readonly [string, string, string, string?])[] = [
  [
    'count: 30',
    'count: 0',
    'plan.yaml:6:55: sites.hq.clients[0].count: must be a whole number from 1 to 5000000',
  ],
  [
    'count: 30',
    'count: many',
    'plan.yaml:6:55: sites.hq.clients[0].count: a whole number from 1 to 5000000 is expected',
  ],
  ['count: 30', 'amount: 30', 'plan.yaml:6:48: sites.hq.clients[0].amount: is not known here'],
  [
    'Windows 7 Enterprise,',
    'Windows 7 Enterprize,',
    'plan.yaml:6:26: sites.hq.clients[0].product: "Windows 7 Enterprize" is no product of the catalogue; did you mean Windows 7 Enterprise',
  ],
  [
    'Windows 7 Enterprise,',
    'Office Professional Plus 2016,',
    'is no Windows: the forecast is of Windows alone',
  ],
  ['hosts: [k1]', 'hosts: [k1, k9]', 'plan.yaml:7:17: sites.hq.hosts[1]: "k9" is not one of the hosts (k1)'],
  ['    hosts: [k1]\n', '', 'plan.yaml:8:7: hosts.k1: no site and no client finds this host'],
  ['days: 30', 'days: 0', 'plan.yaml:3:7: days: must be a whole number from 1 to 3650'],
  ['start: 2026-01-05T08:00:00Z', 'start: 2026-02-30', 'plan.yaml:2:8: start: "2026-02-30" is no time'],
  ['start: 2026-01-05T08:00:00Z', 'start: 2026-01-05T08:00:30Z', 'is not a whole minute'],
  ['version: 1', 'version: 2', 'plan.yaml:1:10: version: must be 1'],
  [
    'count: 30 ',
    'count: 30, online: { home: 7 } ',
    'sites.hq.clients[0].online.home: a text with its unit is expected, as in 7d',
  ],
  ['count: 30 ', 'count: 30, online: { home: 1d, stay: 20h, jitter: 4h } ', 'leaves no time away'],
  ['count: 30 ', 'count: 30, activation: mak ', 'sites.hq.clients[0].activation: a MAK wants a "pool"'],
  ['count: 30 ', 'count: 30, pool: p ', 'only clients with activation: mak have a pool'],
  ['count: 30 ', 'count: 30, activation: ad ', 'too old for Active Directory-based activation'],
  ['count: 30 ', 'count: 30, image: golden ', '"golden" is not one of the images: there are none'],
  ['count: 30 ', 'count: 30, until: 31d ', 'sites.hq.clients[0].until: lies after the end, which is at 30d'],
  ['count: 30 ', 'count: 30, from: 2025-12-31 ', 'sites.hq.clients[0].from: lies before the start'],
  [
    'Standard }',
    'Standard, outages: [{ from: 60, for: 1d }] }',
    'outages[0].from: a text with its unit is expected, as in 7d',
  ],
  [
    'Standard }',
    'Standard, outages: [{ from: 6d, for: 5d }, { from: 10d, for: 1d }] }',
    'plan.yaml:9:84: hosts.k1.outages[1]: begins before another outage of this host is over',
  ],
  ['Standard }', 'Standard, intervals: { activation: 10m } }', 'must be from 15m to 30d'],
  ['Server 2008 R2 Standard }', '10 Home }', 'hosts.k1.product: '],
  ['Standard }', 'Standard }\nchanges: [{ at: 3d, host: k1 }]', 'changes[0]: says nothing that changes'],
  [
    'Standard }',
    'Standard }\nchanges: [{ at: 3d, host: k1, size: 5 }]',
    'changes[0].size: a host has nothing of this',
  ],
  [
    'Standard }',
    'Standard }\nchanges: [{ at: 3d, size: 5 }]',
    'changes[0]: must name one host, one site or one pool',
  ],
  ['Standard }', 'Standard }\npools: { p: { size: 5 } }', 'pools.p: no client uses this pool'],
  [
    'Standard }',
    'Standard }\ndns: { missing: [{ host: k1, from: 31d }] }',
    'dns.missing[0].from: lies after the end',
  ],
  [
    '    hosts: [k1]\n',
    '',
    'hosts.k1: no site and no client finds this host',
    '\ndns: { missing: [{ host: k1, from: 2d }] }',
  ],
  [
    '    hosts: [k1]\n',
    '',
    'hosts.k1: no site and no client finds this host',
    '\nchanges: [{ at: 3d, host: k1, activated: false }]',
  ],
  [
    'Standard }',
    'Standard }\ndns: { missing: [{ host: k1, site: hq, from: 2d }, { host: k1, from: 9d, for: 1d }] }',
    'dns.missing[1]: begins while this record is missing already',
  ],
  [
    'count: 30 }]\n    hosts: [k1]',
    'count: 30, kmsHost: k1 }]',
    'dns.missing[0].host: the DNS of hq never names this host',
    '\ndns: { missing: [{ host: k1, site: hq, from: 2d }] }',
  ],
  [
    'count: 30 }]\n    hosts: [k1]',
    'count: 30, kmsHost: k1 }]',
    'changes[0].weight: no DNS names this host',
    '\nchanges: [{ at: 3d, host: k1, weight: 5 }]',
  ],
  ['hosts: [k1]', 'hosts: [k1, k1]', 'plan.yaml:7:17: sites.hq.hosts[1]: "k1" stands twice'],
  [
    'Standard }',
    'Standard }\nchanges: [{ at: 3d, site: hq, hosts: [k1, k1] }]',
    'changes[0].hosts[1]: "k1" stands twice',
  ],
  [
    'Standard }',
    'Standard }\nchanges: [{ at: 3d, host: k1, intervals: {} }]',
    'changes[0].intervals: says nothing: activation or renewal is expected',
  ],
  [
    'count: 30 ',
    'count: 30, image: i ',
    'images.i: says nothing: cmid or rearm is expected',
    '\nimages: { i: {} }',
  ],
  [
    'count: 30 ',
    'count: 30, growth: { add: 1, every: 40d } ',
    'sites.hq.clients[0].growth: is over before it adds a machine',
  ],
  [
    'count: 30 ',
    'count: 30, from: 5d, growth: { add: 1, every: 1d, until: 4d } ',
    'growth: is over before it adds a machine',
  ],
  [
    'count: 30 ',
    'count: 30, activation: retail, intervals: { renewal: 1d } ',
    'intervals: only clients of KMS or AD have this',
  ],
  [
    'Standard }',
    'Standard, intervals: { activation: 3h } }',
    'plan.yaml:10:26: intervals.activation: there is no host that has none of its own',
    '\nintervals: { activation: 1h }',
  ],
  [
    'Standard }\n',
    'Standard }\n',
    'changes[1].activated: changes[0] changes this at the same minute',
    '\nchanges: [{ at: 1d, host: k1, activated: false }, { at: 24h, host: k1, activated: true }]',
  ],
  [
    'Standard }\n',
    'Standard }\n',
    'changes[1].intervals.renewal: changes[0] changes this at the same minute',
    '\nchanges: [{ at: 1d, host: k1, intervals: { renewal: 1d } }, { at: 1d, host: k1, intervals: { renewal: 2d, activation: 1h } }]',
  ],
  [
    '    hosts: [k1]\n',
    '    hosts: [k1]\n    utcOffset: "+01:00"\n',
    'plan.yaml:8:16: sites.hq.utcOffset: only clients with office hours have this',
  ],
  [
    'count: 30 ',
    'count: 30, image: i ',
    'images.i.rearm.every: is longer than the scenario, which ends at 30d',
    '\nimages: { i: { rearm: { every: 31d } } }',
  ],
  [
    'count: 30 ',
    'count: 30, image: i ',
    'images.i.rearm.after: is longer than the scenario, which ends at 30d',
    '\nimages: { i: { rearm: { after: 721h } } }',
  ],
  [
    'count: 30 ',
    'count: 30, until: 10d, growth: { add: 1, every: 1d, until: 11d } ',
    'growth.until: lies after these clients are gone',
  ],
  [
    'count: 30 ',
    'count: 30, kmsHost: k1, hostCaching: false ',
    'hostCaching: clients with a kmsHost look for none to remember',
  ],
  [
    'count: 30 ',
    'count: 30, online: { office: { from: "25:00" } } ',
    'online.office.from: "25:00" is no time of the day, as in 08:30.',
  ],
  [
    'count: 30 ',
    'count: 30, online: Always ',
    'sites.hq.clients[0].online: must be always, office hours, rarely',
  ],
  ['count: 30 ', 'count: 30, online: { home: 14d, stay: 8x } ', 'online.stay: "8x" is no duration'],
  [
    'count: 30 ',
    'count: 30, online: { office: { form: "08:00" } } ',
    'online.office.form: is not known here',
  ],
  [
    'start: 2026-01-05T08:00:00Z\n',
    '',
    'plan.yaml:1:1: start: is missing: an instant is expected, as in 2026-01-05T08:00:00Z',
  ],
  [
    'Standard }',
    'Standard, outages: [{ from: 6d }] }',
    'outages[0].for: is missing: a text with its unit is expected, as in 7d',
  ],
  ['count: 30', 'virtual: true', 'count: is missing: a whole number'],
  ['days: 30', 'days: 30\ndays: 31', 'plan.yaml:4:1: days stands twice'],
  ['clients: [', 'clients: [[', 'plan.yaml:'],
];

test.each(wrong.map(([from, to, message, more = '']) => [from, to, message, more] as const))(
  '%j as %j: %s',
  (from, to, message, more) => {
    const found = problems(changed(from, to) + more.trimStart());
    expect(found.join('\n')).toContain(message);
    expect(found[0]).toMatch(/^plan\.yaml:\d+:\d+: /);
  },
);

test('several problems are told at once, each with its place', () => {
  const text = changed('count: 30', 'count: -1').replace('days: 30', 'days: x');
  expect(problems(text).map((line) => line.split(': ')[0])).toEqual(['plan.yaml:3:7', 'plan.yaml:6:55']);
});

test.each(['', '[]', '5', 'null', '{', 'a: &x [*x]', '\u0000', 'version: 1\nsites: {}', '%YAML 9.9\n---\n'])(
  '%j is refused',
  (text) => {
    expect(problems(text)).not.toEqual([]);
  },
);
