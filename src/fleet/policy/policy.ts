import * as z from 'zod';
import { boundedList } from '../../licensing/bounded-schema';
import { effectiveKmsPort } from '../../licensing/windows';

const name = z
  .string()
  .min(1, 'is empty')
  .max(255, 'is longer than 255 characters')
  .regex(/^[^\s\p{Cc}\p{Cf}]+$/u, 'holds blanks or control characters');

const source = z
  .union(
    [
      z.strictObject({ env: name.describe('Environment variable that holds the key') }),
      z.strictObject({
        file: z
          .string()
          .min(1)
          .max(4096)
          .describe('File whose first line is the key; nobody else may read it'),
      }),
      z.strictObject({
        command: z.string().min(1).max(4096).describe('Program that prints the key, such as a vault'),
      }),
    ],
    { error: 'takes {env: NAME}, {file: PATH} or {command: PROGRAM}; a key itself does not belong here' },
  )
  .describe('Where the key comes from. A key itself is refused here.');

const key = z
  .union(
    [
      z.literal('gvlk'),
      z.literal('keep'),
      z.strictObject({ type: z.enum(['mak', 'csvlk', 'retail']), from: source }),
    ],
    { error: 'takes gvlk, keep, or {type: mak|csvlk|retail, from: {env|file|command: …}}' },
  )
  .describe('gvlk: the published setup key of the edition that is installed');

const hostWords = z
  .string()
  .max(300)
  .regex(
    /^(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc}\p{Cf}:[\]]+)(?::\d{1,5})?$/u,
    'takes NAME, NAME:PORT or [v6]:PORT',
  )
  .refine(
    (words) => portOf(words) === null || isPort(portOf(words)),
    'has a port that is not from 1 to 65535',
  )
  // The port within its limits, for whoever reads the schema alone.
  .meta({
    pattern:
      String.raw`^(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc}\p{Cf}:[\]]+)` +
      String.raw`(?::0{0,4}(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?$`,
  });

const kms = z
  .union(
    [
      z.literal('auto').describe('Hosts are found by DNS'),
      z.strictObject({ host: hostWords.describe('NAME[:PORT]') }).transform(({ host }) => splitHost(host)),
      z.strictObject({ domain: name.describe('The one domain in which hosts are looked up') }),
      hostWords.transform(splitHost),
    ],
    { error: 'takes auto, NAME[:PORT], {host: NAME[:PORT]} or {domain: FQDN}' },
  )
  .describe('Which KMS host a client asks');

const minutes = z
  .int('takes a number of minutes')
  .min(15, 'is less than 15 minutes')
  .max(43_200, 'is more than 43200 minutes');

/** The settings of one rule; each is left alone where it does not stand. */
export const desiredStateSchema = z.strictObject({
  key: key.optional(),
  kms: kms.optional(),
  activation: z.enum(['all', 'ad', 'kms', 'token'], 'takes all, ad, kms or token').optional(),
  hostCaching: z.boolean('takes true or false').optional(),
  licensed: z.literal(true, 'takes true').optional(),
  minDays: z
    .int('takes a number of days')
    .min(1, 'is less than a day')
    .max(180, 'is more than the 180 days that a KMS activation lasts')
    .optional()
    .describe('Activates again where fewer days are left'),
  port: z
    .int('takes a port, 1 to 65535')
    .min(1, 'is not from 1 to 65535')
    .max(65_535, 'is not from 1 to 65535')
    .optional()
    .describe('On which a KMS host listens'),
  dns: z.enum(['publish', 'off'], 'takes publish or off').optional(),
  priority: z.enum(['normal', 'low'], 'takes normal or low').optional(),
  activationInterval: minutes
    .optional()
    .describe('Minutes after which clients that are not activated ask again'),
  renewalInterval: minutes.optional().describe('Minutes after which activated clients renew'),
});

const settings = desiredStateSchema
  .refine((set) => Object.keys(set).length > 0, 'says nothing that should be so')
  .meta({ minProperties: 1 });

const rule = z.strictObject({
  targets: z.string().min(1).max(100_000).describe('An expression: PC-*, @branch, PC-[001-050]'),
  exclude: z.string().min(1).max(100_000).optional(),
  set: settings,
});

const mostRules = 1_000;

function policyWith<List extends z.ZodType>(rules: List) {
  return z.strictObject({
    version: z.literal(1, 'takes 1'),
    policies: rules.describe('A later rule goes before an earlier one, setting by setting'),
  });
}

/** What a policy file says. */
export const policySchema = policyWith(
  boundedList(rule, mostRules).refine((rules) => rules.length > 0, 'has no rule'),
);

/** The same as it is published (docs/schemas/policy.json): the list that reads to its first mistake tells no form. */
export const publishedPolicySchema = policyWith(z.array(rule).min(1).max(mostRules));

export type Policy = z.infer<typeof policySchema>;
export type PolicyRule = Policy['policies'][number];
/** What should be so on one machine. */
export type DesiredState = PolicyRule['set'];
export type SettingName = keyof DesiredState;
export type KeySource = z.infer<typeof source>;
export type DesiredKms = NonNullable<DesiredState['kms']>;

function portOf(words: string): number | null {
  const found = /(?:^[^:[\]]+|\]):(\d+)$/.exec(words)?.[1];
  return found === undefined ? null : Number(found);
}

function isPort(port: number | null): boolean {
  return port !== null && port >= 1 && port <= 65_535;
}

function splitHost(words: string): { readonly host: string; readonly port: number } {
  const port = portOf(words);
  return {
    host: port === null ? words : words.slice(0, words.lastIndexOf(':')),
    port: effectiveKmsPort(port),
  };
}
