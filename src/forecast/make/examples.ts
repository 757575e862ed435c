/** A scenario that ships with the program: one for each question. */
export interface Example {
  readonly name: string;
  readonly question: string;
  readonly text: string;
}

function example(name: string, question: string, body: string): Example {
  const text = `# ${question}\nversion: 1\nstart: 2026-01-05T08:00:00Z\n${body.trim()}\n`;
  return { name, question, text };
}

/** The examples, in the order of the documentation. */
export const examples: readonly Example[] = [
  example(
    'threshold',
    'A new site with 24 machines: does it reach the threshold, and when?',
    `
days: 60
sites:
  branch: { clients: [{ product: Windows 7 Enterprise, count: 24 }], hosts: [k1] }
hosts:
  k1: { product: Windows Server 2008 R2 Standard }
`,
  ),
  example(
    'outage',
    'One of two hosts is down for ten days: does anybody notice?',
    `
days: 180
sites:
  hq: { clients: [{ product: Windows 7 Enterprise, count: 300 }], hosts: [k1, k2] }
hosts:
  k1: { product: Windows Server 2008 R2 Standard, outages: [{ from: 60d, for: 10d }] }
  k2: { product: Windows Server 2008 R2 Standard }
`,
  ),
  example(
    'both-down',
    'Every host is down for 190 days: who drops out first, and how long an outage is borne?',
    `
days: 300
sites:
  hq: { clients: [{ product: Windows 10 Enterprise, count: 100 }], hosts: [k1] }
hosts:
  k1: { product: Windows Server 2019 Standard, outages: [{ from: 60d, for: 190d }] }
`,
  ),
  example(
    'dns',
    'The records of DNS go missing: do new machines find a host?',
    `
days: 240
sites:
  hq:
    clients:
      - { product: Windows 10 Enterprise, count: 60 }
      - { product: Windows 10 Enterprise, count: 10, from: 30d }
    hosts: [k1]
hosts:
  k1: { product: Windows Server 2019 Standard }
dns: { missing: [{ host: k1, from: 20d }] }
`,
  ),
  example(
    'laptops',
    'Laptops that come home every 200 days: do they stay licensed?',
    `
days: 700
sites:
  hq:
    clients:
      - { product: Windows 10 Enterprise, count: 60 }
      - { product: Windows 10 Enterprise, count: 20, online: { home: 200d, stay: 8h, jitter: 5d } }
    hosts: [k1, k2]
hosts:
  k1: { product: Windows Server 2019 Standard }
  k2: { product: Windows Server 2019 Standard }
`,
  ),
  example(
    'mak',
    'A pool of MAK activations over a year of reinstallations: how far does it go?',
    `
days: 365
sites:
  kiosks: { clients: [{ product: Windows 10 Enterprise, count: 50, activation: mak, pool: kiosks, reinstall: { every: 120d } }] }
pools:
  kiosks: { size: 120 }
`,
  ),
  example(
    'clones',
    'Thirty machines from one image without sysprep: does the host count them?',
    `
days: 60
sites:
  pool: { clients: [{ product: Windows 7 Enterprise, count: 30, virtual: true, image: golden }], hosts: [k1] }
hosts:
  k1: { product: Windows Server 2008 R2 Standard }
images:
  golden: { cmid: cloned }
`,
  ),
  example(
    'rearm',
    'Evaluations that are rearmed every 170 days: when is the last one over?',
    `
days: 1300
sites:
  lab: { clients: [{ product: Windows Server 2019 Standard, count: 5, activation: evaluation, image: eval }] }
images:
  eval: { rearm: { every: 170d } }
`,
  ),
  example(
    'virtual-desktops',
    'Virtual desktops that are made anew every day: does the count hold?',
    `
days: 60
sites:
  vdi: { clients: [{ product: Windows 10 Enterprise, count: 100, virtual: true, reinstall: { every: 1d } }], hosts: [k1, k2] }
hosts:
  k1: { product: Windows Server 2019 Standard }
  k2: { product: Windows Server 2019 Standard }
`,
  ),
  example(
    'intervals',
    'Clients are told to try every 15 minutes from the second month on: what does it cost?',
    `
days: 60
sites:
  hq: { clients: [{ product: Windows 10 Enterprise, count: 200, online: office hours, growth: { add: 5, every: 7d } }], hosts: [k1, k2] }
hosts:
  k1: { product: Windows Server 2019 Standard }
  k2: { product: Windows Server 2019 Standard }
changes:
  - { at: 30d, host: k1, intervals: { activation: 15m, renewal: 1d } }
  - { at: 30d, host: k2, intervals: { activation: 15m, renewal: 1d } }
`,
  ),
  example(
    'active-directory',
    'The move from KMS to Active Directory-based activation: may the host go?',
    `
days: 365
sites:
  hq: { clients: [{ product: Windows 10 Enterprise, count: 80 }, { product: Windows Server 2016 Standard, count: 10 }], hosts: [k1, k2] }
hosts:
  k1: { product: Windows Server 2019 Standard, outages: [{ from: 100d, for: 300d }] }
  k2: { product: Windows Server 2019 Standard, outages: [{ from: 100d, for: 300d }] }
changes:
  - { at: 90d, site: hq, activeDirectory: Windows Server 2019 Standard }
`,
  ),
  example(
    'branches',
    'Three branches, one of them small, with a host of their own or a central one: who is served?',
    `
days: 120
sites:
  north: { clients: [{ product: Windows 10 Enterprise, count: 40 }], hosts: [north, central] }
  south: { clients: [{ product: Windows 10 Enterprise, count: 12 }], hosts: [south] }
  east: { clients: [{ product: Windows Server 2016 Standard, count: 6 }], hosts: [central] }
hosts:
  north: { product: Windows Server 2019 Standard, priority: 0 }
  south: { product: Windows Server 2019 Standard }
  central: { product: Windows Server 2019 Standard, priority: 10 }
`,
  ),
];
