import * as z from 'zod';
import { ipVersion } from '../../dns/ip-address';
import { boundedList, boundedRecord } from '../../licensing/bounded-schema';
import { hostGroupIds } from '../../licensing/catalogue/types';
import { hresult, type Hresult } from '../../licensing/hresult';
import { isUserName } from './accounts';
import { count, domain, instant, text } from './archive-fields';
import { isDnsData } from './dns';
import { describedSetting, type SettingDescription } from './estate-settings';
import { machineSchema } from './machine-schema';
import { defaultSettings, type EstateSettings } from './settings';
import { clockRange } from './time';

/** Rows of one kind, at most: the greatest number that a log can be set to keep. */
const mostRows = 10_000_000;

/** Random numbers that an estate may have drawn: far from where adding one more makes no other number. */
const mostDraws = 2 ** 52;

function rangeOf(name: SettingDescription['name']): z.ZodType<number> {
  const { range } = describedSetting(name);
  return range === 'yes-no' ? z.never() : z.int().min(range.least).max(range.greatest);
}

/** A record of the zone as "lab dns add" takes it. */
const dnsRecord = z
  .object({
    name: domain,
    type: z.enum(['SRV', 'A', 'AAAA', 'TXT', 'CNAME']),
    ttl: z.int().min(0).max(0x7fff_ffff),
    data: text,
  })
  .refine(({ type, data }) => isDnsData(type, data), 'has data that its type does not have');

const word = z.int().min(0).max(0xffff_ffff);
const code: z.ZodType<Hresult> = word.transform(hresult);

const settings: z.ZodType<EstateSettings> = z.object({
  clockToleranceMinutes: rangeOf('clockToleranceMinutes'),
  publishOwnDomainBesideList: z.boolean(),
  publishListNamesHosts: z.boolean().default(defaultSettings.publishListNamesHosts),
  firstHostOwnsRecords: z.boolean().default(defaultSettings.firstHostOwnsRecords),
  server2008GraceDays: rangeOf('server2008GraceDays'),
  activationGivesRearmBack: z.boolean(),
  eventsKept: rangeOf('eventsKept'),
  requestsKept: rangeOf('requestsKept'),
  dns: z.union([
    z.object({ kind: z.literal('built-in') }),
    z.object({
      kind: z.literal('server'),
      address: z.string().refine((value) => ipVersion(value) !== 0, 'is no IP address'),
      port: z.int().min(1).max(65_535),
      keyFile: text.nullable(),
    }),
  ]),
});

const event = z.object({
  id: z.int().min(0).max(65_535),
  log: z.enum(['Application', 'Key Management Service']),
  source: text,
  level: z.enum(['information', 'warning', 'error']),
  at: instant,
  fields: boundedList(text, 100),
  message: text,
});

const status = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
]);

const request = z.object({
  at: instant,
  hresult: code,
  requiredClientCount: word,
  machineName: text,
  clientMachineId: text,
  clientTime: instant,
  isVirtualMachine: z.boolean(),
  licenseStatus: status,
  minutesRemaining: word,
  activationId: text,
});

/** One file of `lab export`: version 1. */
export const archiveSchema = z.object({
  format: z.literal('slmgr-estate', 'is not that of an estate which "slmgr lab export" wrote'),
  version: z.literal(1, 'is that of another version of slmgr'),
  exportedAt: instant,
  estate: z.object({
    domain: domain.nullable(),
    seed: word,
    draws: z.int().min(0).max(mostDraws),
    createdAt: instant,
    settings,
  }),
  clock: z.discriminatedUnion('mode', [
    z.object({ mode: z.literal('held'), at: instant.min(clockRange.least).max(clockRange.greatest) }),
    z.object({
      mode: z.literal('running'),
      aheadByMs: z.int().min(-clockRange.greatest).max(clockRange.greatest),
    }),
  ]),
  machines: boundedList(
    z.object({
      state: machineSchema,
      events: boundedList(event, mostRows),
      requests: boundedList(request, mostRows),
      counts: boundedList(z.object({ count: text, greatestThreshold: z.int().min(0).max(25) }), 1000),
      clients: boundedList(z.object({ count: text, clientMachineId: text, lastRequestAt: instant }), 50_000),
    }),
    1_000_000,
  ),
  dnsRecords: boundedList(dnsRecord, mostRows),
  directories: boundedList(
    z.object({
      domain,
      objects: boundedList(
        z.object({
          displayName: text,
          distinguishedName: text,
          csvlkSkuId: text.nullable(),
          csvlkPid: text.nullable(),
          csvlkPartialProductKey: text.nullable(),
          group: z.enum(hostGroupIds),
        }),
        10_000,
      ),
    }),
    10_000,
  ),
  keys: boundedList(
    z.object({
      text,
      kind: z.enum(['csvlk', 'mak', 'retail', 'oem', 'evaluation']),
      edition: text.nullable(),
      hostGroup: z.enum(hostGroupIds).nullable(),
      mintedAt: instant,
      pool: z.int().nullable(),
      uses: boundedRecord(text, count, mostRows),
      isBlocked: z.boolean(),
    }),
    mostRows,
  ),
  accounts: boundedList(
    z.object({
      user: z.string().refine(isUserName, 'is no user name'),
      machine: text.nullable(),
      role: z.enum(['administrator', 'standard']),
      passwordHash: text,
    }),
    mostRows,
  ),
});

export type Archive = z.infer<typeof archiveSchema>;
