import * as z from 'zod';
import type { Subscription } from '../../../lab/model/state';
import { setMachine } from '../../../lab/estate/settings-of-machine';
import { defineCommand, UsageError } from '../../framework/command';
import { domainOrNone, instant, oneOf, signedDuration, single } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { isoOrNull, machineName, machineWord } from './fields';

const types = { user: 0, device: 1, azure: 2 } as const;
const statuses = { 'not-active': 0, active: 1, disabled: 100, expired: 120 } as const;

/** `none`, or `user|device|azure[,active|not-active|disabled|expired[,DATE]]`. */
const subscriptionWords = single(
  z.string('a value is missing').transform((value, context): Subscription | null => {
    const [type = '', status = 'active', end, ...more] = value.toLowerCase().split(',');
    if (type === 'none' && more.length === 0) return null;
    const endsAt =
      end === undefined ? { success: true as const, data: null } : instant.safeParse(end.toUpperCase());
    if (isNameOf(types, type) && isNameOf(statuses, status) && endsAt.success && more.length === 0) {
      return { edition: 'Enterprise', type: types[type], status: statuses[status], endsAt: endsAt.data };
    }
    context.addIssue(
      'must be none, or user, device or azure with ",active", ",not-active", ",disabled" or ",expired" and ",DATE" behind it',
    );
    return z.NEVER;
  }),
);

function isNameOf<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name);
}

function subscriptionData(subscription: Subscription | null): {
  readonly edition: string;
  readonly type: number;
  readonly status: number;
  readonly expiresAt: string | null;
} | null {
  if (subscription === null) return null;
  const { edition, type, status, endsAt } = subscription;
  return { edition, type, status, expiresAt: isoOrNull(endsAt) };
}

/** slmgr lab set NAME [--elevated yes|no] [--clock-skew 5h] [--slic ...] [--dns-suffix D] */
export const labSet = defineCommand({
  name: 'lab set',
  summary: 'Change what a machine is like',
  positionals: [machineWord],
  options: ['elevated', 'clock-skew', 'slic', 'dns-suffix', 'subscription'],
  examples: [
    { line: 'slmgr lab set PC-001 --elevated no', does: 'commands run as a standard user' },
    { line: 'slmgr lab set PC-001 --clock-skew 5h', does: 'its clock is five hours ahead' },
    { line: 'slmgr lab set PC-001 --slic no-marker', does: 'a BIOS that was not sold with Windows' },
    { line: 'slmgr lab set PC-001 --dns-suffix branch.example', does: 'where it looks for KMS hosts' },
    {
      line: 'slmgr lab set PC-001 --subscription user,active,2027-06-30',
      does: 'an edition by subscription',
    },
  ],
  data: z.object({
    machine: z.string(),
    elevated: z.boolean(),
    clockSkewSeconds: z.number(),
    slic: z.enum(['none', 'marker', 'no-marker']),
    dnsSuffix: z.string().nullable(),
    subscription: z
      .object({
        edition: z.string(),
        type: z.int(),
        status: z.int(),
        expiresAt: z.iso.datetime().nullable(),
      })
      .nullable(),
  }),
  input: z.object({
    name: machineName,
    elevated: oneOf('yes', 'no').optional(),
    'clock-skew': signedDuration.optional(),
    slic: oneOf('none', 'marker', 'no-marker').optional(),
    'dns-suffix': domainOrNone.optional(),
    subscription: subscriptionWords.optional(),
  }),
  run: async (input, context) => {
    const { name, elevated, slic, 'clock-skew': clockSkewMs, 'dns-suffix': dnsSuffix, subscription } = input;
    const given = [elevated, slic, clockSkewMs, dnsSuffix, subscription].some((value) => value !== undefined);
    if (!given) {
      throw new UsageError(
        'Nothing to set: name --elevated, --clock-skew, --slic, --dns-suffix or --subscription.',
      );
    }
    const state = await withLaboratory(context, (laboratory) =>
      setMachine(laboratory, name, {
        ...(elevated === undefined ? {} : { elevated: elevated === 'yes' }),
        ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
        ...(slic === undefined ? {} : { slic }),
        ...(dnsSuffix === undefined ? {} : { dnsSuffix }),
        ...(subscription === undefined ? {} : { subscription }),
      }),
    );
    const data = {
      machine: state.name,
      elevated: state.elevated,
      clockSkewSeconds: state.clockSkewMs / 1000,
      slic: state.slic,
      dnsSuffix: state.dns.primary,
      subscription: subscriptionData(state.subscription ?? null),
    };
    return { data, text: () => `Changed ${state.name}.\n` };
  },
});
