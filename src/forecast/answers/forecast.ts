import * as z from 'zod';

/** Machines by what licensing says of them. */
const countsSchema = z.object({
  licensed: z.int(),
  initialGrace: z.int(),
  additionalGrace: z.int(),
  notification: z.int(),
  unlicensed: z.int(),
});

const when = z.iso.datetime();

const rowSchema = z.object({
  at: when,
  /** Days since the start. */
  day: z.number(),
  counts: countsSchema,
  /** Requests to KMS hosts since the row before. */
  requests: z.int(),
  /** Current count of each host, in the order of `hosts`; -1 where nobody asked yet. */
  hostCounts: z.array(z.int()),
});

const siteSchema = z.object({
  name: z.string(),
  machines: z.int(),
  counts: countsSchema,
  /** First activation by a host or a directory; null: none. */
  firstActivated: when.nullable(),
  /** Last first activation of a machine. */
  lastActivated: when.nullable(),
  /** Licensed machines whose activation ran out. */
  dropped: z.int(),
  firstDropped: when.nullable(),
  /** First graces that ran out without an activation. */
  ranOut: z.int(),
  firstRanOut: when.nullable(),
});

const hostSchema = z.object({
  name: z.string(),
  count: z.int(),
  requests: z.int(),
  /** Most requests in one hour, and when that hour ended. */
  peakPerHour: z.int(),
  peakAt: when.nullable(),
});

const poolSchema = z.object({ name: z.string(), size: z.int(), used: z.int(), usedUpAt: when.nullable() });

const verdictSchema = z.object({
  /** What was asked: threshold, outage, budget … */
  question: z.string(),
  /** A site, a host, a pool or clients that it is about; null: all. */
  subject: z.string().nullable(),
  /** True: nothing to do. */
  ok: z.boolean(),
  text: z.string(),
});

const spreadSchema = z.object({ p5: z.int(), median: z.int(), p95: z.int() });

const changeSchema = z.object({
  /** outage, hosts, machines, visits, pool, image, dns, activeDirectory. */
  kind: z.string(),
  /** How much of it: days, hosts, machines, activations; 1 where there is no more or less. */
  size: z.int(),
  text: z.string(),
});

/** Many runs with seeds one after the other: the middle, and where nine tenths of them lie. */
export const runsSchema = z.object({
  count: z.int(),
  /** Licensed machines, row by row of `series`. */
  licensed: z.array(spreadSchema),
  /** Activations that ran out. */
  dropped: spreadSchema,
});

/** What a forecast says: the `data` of `slmgr forecast --json`. */
export const forecastSchema = z.object({
  scenario: z.string(),
  start: when,
  days: z.int(),
  seed: z.int(),
  machines: z.int(),
  /** Steps of machines that were played. */
  events: z.int(),
  end: z.object({ at: when, counts: countsSchema }),
  series: z.array(rowSchema),
  sites: z.array(siteSchema),
  hosts: z.array(hostSchema),
  pools: z.array(poolSchema),
  verdicts: z.array(verdictSchema),
  /** Changes of which each alone keeps everybody licensed, in the smallest size that does; none where all are. */
  changes: z.array(changeSchema),
});

export type Counts = z.infer<typeof countsSchema>;
export type SeriesRow = z.infer<typeof rowSchema>;
export type SiteAnswer = z.infer<typeof siteSchema>;
export type HostAnswer = z.infer<typeof hostSchema>;
export type PoolAnswer = z.infer<typeof poolSchema>;
export type Change = z.infer<typeof changeSchema>;
export type Runs = z.infer<typeof runsSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Forecast = z.infer<typeof forecastSchema>;
