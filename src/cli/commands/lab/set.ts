import * as z from 'zod';
import type { Firewall, Subscription } from '../../../lab/model/state';
import { showClock } from '../../../lab/estate/clock';
import { setMachine, type MachineSettings } from '../../../lab/estate/settings-of-machine';
import { defineCommand, UsageError } from '../../framework/command';
import { domainOrNone, instant, oneOf, signedDuration, single } from '../../framework/fields';
import { machineName, machineWord } from './fields';
import { firewallRow, firewallRowOf, subscriptionRow, subscriptionRowOf } from './machine-row';
import { withLaboratory } from '../../targets/laboratory';

const types = { user: 0, device: 1, azure: 2 } as const;
const statuses = { 'not-active': 0, active: 1, disabled: 100, expired: 120 } as const;

/** The port of the KMS exception of Windows' firewall. */
const kmsExceptionPort = 1688;
const mostPorts = 100;

/** `off`, or `on` with `,kms`, `,wmi` and ports behind it. */
const firewallWords = single(
  z.string('a value is missing').transform((value, context): Firewall | null => {
    const [state = '', ...open] = value.toLowerCase().split(',');
    if (state === 'off' && open.length === 0) return null;
    const ports = open
      .filter((word) => word !== 'wmi')
      .map((word) =>
        word === 'kms' ? kmsExceptionPort : /^\d{1,5}$/.test(word) ? Number(word) : Number.NaN,
      );
    if (state === 'on' && ports.length <= mostPorts && ports.every((port) => port >= 1 && port <= 65_535))
      return { ports: [...new Set(ports)], wmi: open.includes('wmi') };
    context.addIssue('must be off, or on with ",kms", ",wmi" and ",PORT" behind it');
    return z.NEVER;
  }),
);

/** One domain, or several with commas between: the first is the primary suffix, all of them the search list. */
const suffixWords = single(
  z.string('a domain is missing').transform((value, context): readonly string[] => {
    const suffixes = value === '' ? [] : value.split(',').map((word) => word.trim());
    if (suffixes.length <= 50 && suffixes.every((suffix) => domainOrNone.safeParse(suffix).data != null))
      return suffixes;
    context.addIssue('must be domains with commas between, at most 50');
    return z.NEVER;
  }),
);

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

/** slmgr lab set NAME [--elevated yes|no] [--clock-skew 5h] [--slic ...] [--dns-suffix D] */
export const labSet = defineCommand({
  name: 'lab set',
  summary: 'Change what a machine is like',
  positionals: [machineWord],
  options: ['elevated', 'clock-skew', 'slic', 'dns-suffix', 'firewall', 'kms-update', 'subscription'],
  examples: [
    { line: 'slmgr lab set PC-001 --elevated no', does: 'commands run as a standard user' },
    { line: 'slmgr lab set PC-001 --clock-skew 5h', does: 'its clock is five hours ahead' },
    { line: 'slmgr lab set PC-001 --slic no-marker', does: 'a BIOS that was not sold with Windows' },
    { line: 'slmgr lab set PC-001 --dns-suffix branch.example', does: 'where it looks for KMS hosts' },
    { line: 'slmgr lab set PC-001 --dns-suffix lab.example,hq.example', does: 'with a search list' },
    { line: 'slmgr lab set KMS01 --firewall on,kms', does: 'only the KMS exception is open' },
    { line: 'slmgr lab set OLD --kms-update no', does: 'host keys of newer systems: 0xC004F015' },
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
    searchList: z.array(z.string()),
    firewall: firewallRow.nullable(),
    kmsUpdate: z.boolean(),
    subscription: subscriptionRow.nullable(),
  }),
  input: z.object({
    name: machineName,
    elevated: oneOf('yes', 'no').optional(),
    'clock-skew': signedDuration.optional(),
    slic: oneOf('none', 'marker', 'no-marker').optional(),
    'dns-suffix': suffixWords.optional(),
    firewall: firewallWords.optional(),
    'kms-update': oneOf('yes', 'no').optional(),
    subscription: subscriptionWords.optional(),
  }),
  run: async (input, context) => {
    const { name, elevated, slic, 'clock-skew': clockSkewMs, subscription, firewall } = input;
    const { 'dns-suffix': suffixes, 'kms-update': update } = input;
    const settings: MachineSettings = {
      ...(elevated === undefined ? {} : { elevated: elevated === 'yes' }),
      ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
      ...(slic === undefined ? {} : { slic }),
      ...(suffixes === undefined ? {} : suffixSettings(suffixes)),
      ...(firewall === undefined ? {} : { firewall }),
      ...(update === undefined ? {} : { kmsUpdates: update === 'yes' }),
      ...(subscription === undefined ? {} : { subscription }),
    };
    if (Object.keys(settings).length === 0) {
      throw new UsageError(
        'Nothing to set: name --elevated, --clock-skew, --slic, --dns-suffix, --firewall, --kms-update or --subscription.',
      );
    }
    const { state, now } = await withLaboratory(context, async (laboratory) => ({
      state: await setMachine(laboratory, name, settings),
      now: showClock(laboratory).now,
    }));
    const data = {
      machine: state.name,
      elevated: state.elevated,
      clockSkewSeconds: state.clockSkewMs / 1000,
      slic: state.slic,
      dnsSuffix: state.dns.primary,
      searchList: state.dns.searchList,
      firewall: firewallRowOf(state),
      kmsUpdate: state.kmsUpdates,
      subscription: subscriptionRowOf(state, now),
    };
    return { data, text: () => `Changed ${state.name}.\n` };
  },
});

function suffixSettings(suffixes: readonly string[]): Pick<MachineSettings, 'dnsSuffix' | 'searchList'> {
  return { dnsSuffix: suffixes[0] ?? null, searchList: suffixes.length > 1 ? suffixes : [] };
}
