import * as z from 'zod';
import { intervalRange } from '../../kms/engine/messages';
import { greatestHosts } from '../engine/machine-table';
import { instantText, length, saysOr, timeOfDay, timeText, utcOffset } from './times';

const day = 1440;
/** Limits of a scenario: what is more is a mistake, or is better split. */
export const limits = {
  days: 3650,
  machines: 5_000_000,
  sites: 10_000,
  groupsOfSite: 1000,
  changes: 10_000,
  outages: 1000,
} as const;

const whole = (least: number, most: number): z.ZodType<number> =>
  z
    .number(saysOr(`a whole number from ${least} to ${most} is expected`))
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `must be a whole number from ${least} to ${most}`,
    );

const name = z
  .string(saysOr('a name is expected'))
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/,
    'a name has at most 63 letters, digits, spaces, dots, hyphens',
  );
const product = z.string(saysOr('the name of a product is expected')).min(1, 'must not be empty').max(200);
const flag = z.boolean('true or false is expected');

function record<T extends z.ZodType>(value: T, most: number, what: string): z.ZodRecord<typeof name, T> {
  return z
    .record(name, value, `a mapping of names to ${what} is expected`)
    .refine((all) => Object.keys(all).length <= most, `at most ${most} ${what} are possible`);
}

/** A mapping that says something: an empty one would be ignored. */
function saying<T extends z.ZodObject>(object: T): T {
  const keys = Object.keys(object.shape).join(' or ');
  return object.refine((value) => Object.keys(value).length > 0, `says nothing: ${keys} is expected`);
}

const interval = length(intervalRange.least, intervalRange.greatest);
const intervals = saying(z.strictObject({ activation: interval.optional(), renewal: interval.optional() }));

const outage = z.strictObject({ from: timeText, for: length(1, limits.days * day) });

const online = z.union(
  [
    z.enum(['always', 'office hours', 'rarely']),
    z.strictObject({
      home: length(60, 365 * day),
      stay: length(15, 365 * day).optional(),
      jitter: length(0, 180 * day).optional(),
    }),
    z.strictObject({
      office: z.strictObject({
        from: timeOfDay.optional(),
        to: timeOfDay.optional(),
        jitter: length(0, 720).optional(),
      }),
    }),
  ],
  'must be always, office hours, rarely, {home: 14d, stay: 8h, jitter: 1d} or {office: {from: "08:00", to: "17:00", jitter: 30m}}',
);

const clients = z.strictObject({
  product,
  count: whole(1, limits.machines),
  virtual: flag.optional(),
  online: online.optional(),
  activation: z
    .enum(
      ['volume', 'kms', 'ad', 'mak', 'retail', 'oem', 'evaluation'],
      'must be volume, kms, ad, mak, retail, oem or evaluation',
    )
    .optional(),
  pool: name.optional(),
  image: name.optional(),
  kmsHost: name.optional(),
  hostCaching: flag.optional(),
  intervals: intervals.optional(),
  from: timeText.optional(),
  until: timeText.optional(),
  growth: z
    .strictObject({
      add: whole(1, limits.machines),
      every: length(60, limits.days * day),
      until: timeText.optional(),
    })
    .optional(),
  reinstall: z.strictObject({ every: length(60, limits.days * day) }).optional(),
});

const site = z.strictObject({
  clients: z
    .array(clients, saysOr('a list of clients is expected'))
    .min(1, 'has no clients')
    .max(limits.groupsOfSite),
  hosts: z.array(name, 'a list of names of hosts is expected').max(greatestHosts).optional(),
  activeDirectory: product.optional(),
  utcOffset: utcOffset.optional(),
});

const host = z.strictObject({
  product,
  key: product.optional(),
  site: name.optional(),
  priority: whole(0, 65_535).optional(),
  weight: whole(0, 65_535).optional(),
  activated: flag.optional(),
  intervals: intervals.optional(),
  outages: z.array(outage, 'a list of outages is expected').max(limits.outages).optional(),
});

const missing = z.strictObject({
  host: name,
  site: name.optional(),
  from: timeText,
  for: length(1, limits.days * day).optional(),
});

const image = saying(
  z.strictObject({
    cmid: z.enum(['cloned', 'unique'], 'must be cloned or unique').optional(),
    rearm: z
      .union(
        [
          z.strictObject({ after: length(1, limits.days * day) }),
          z.strictObject({ every: length(60, limits.days * day) }),
        ],
        'must be {after: 20d} or {every: 29d}',
      )
      .optional(),
  }),
);

const change = z.strictObject({
  at: timeText,
  host: name.optional(),
  site: name.optional(),
  pool: name.optional(),
  intervals: intervals.optional(),
  activated: flag.optional(),
  priority: whole(0, 65_535).optional(),
  weight: whole(0, 65_535).optional(),
  hosts: z.array(name, 'a list of names of hosts is expected').max(greatestHosts).optional(),
  activeDirectory: z.union([product, z.null()], 'the name of a product or null is expected').optional(),
  size: whole(0, 1_000_000_000).optional(),
});

/** A scenario as its file has it. */
export const scenarioSchema = z.strictObject(
  {
    version: z.literal(1, 'must be 1'),
    start: instantText,
    days: whole(1, limits.days),
    seed: whole(0, 0xffff_ffff).optional(),
    intervals: intervals.optional(),
    sites: record(site, limits.sites, 'sites'),
    hosts: record(host, greatestHosts, 'hosts').optional(),
    pools: record(z.strictObject({ size: whole(0, 1_000_000_000) }), 1000, 'pools').optional(),
    images: record(image, 1000, 'images').optional(),
    dns: z
      .strictObject({
        missing: z.array(missing, 'a list of missing records is expected').max(limits.changes),
      })
      .optional(),
    changes: z.array(change, 'a list of changes is expected').max(limits.changes).optional(),
  },
  'a mapping is expected that begins with version: 1',
);

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioClients = z.infer<typeof clients>;
export type ScenarioHost = z.infer<typeof host>;
export type ScenarioChange = z.infer<typeof change>;
export type ScenarioOnline = z.infer<typeof online>;
