import * as z from 'zod';
import { hostGroupIds } from '../../licensing/catalogue/types';
import { hresult, type Hresult } from '../../licensing/hresult';
import { machineSchema } from './machine-schema';
import { defaultSettings, type EstateSettings } from './settings';

const instant = z.number().min(-8.64e15).max(8.64e15);
const text = z.string().max(4096);
const word = z.int().min(0).max(0xffff_ffff);
const code: z.ZodType<Hresult> = word.transform(hresult);

const settings: z.ZodType<EstateSettings> = z.object({
  clockToleranceMinutes: z.number().min(0),
  publishOwnDomainBesideList: z.boolean(),
  publishListNamesHosts: z.boolean().default(defaultSettings.publishListNamesHosts),
  firstHostOwnsRecords: z.boolean().default(defaultSettings.firstHostOwnsRecords),
  server2008GraceDays: z.int().min(0),
  activationGivesRearmBack: z.boolean(),
  eventsKept: z.int().min(1),
  requestsKept: z.int().min(1),
  dns: z.union([
    z.object({ kind: z.literal('built-in') }),
    z.object({
      kind: z.literal('server'),
      address: text,
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
  fields: z.array(text).max(100),
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
  format: z.literal('slmgr-estate', 'is no estate that "slmgr lab export" wrote'),
  version: z.literal(1, 'is of another version of slmgr'),
  exportedAt: instant,
  estate: z.object({
    domain: text.nullable(),
    seed: word,
    draws: z.int().min(0),
    createdAt: instant,
    settings,
  }),
  clock: z.discriminatedUnion('mode', [
    z.object({ mode: z.literal('held'), at: instant }),
    z.object({ mode: z.literal('running'), aheadByMs: z.number() }),
  ]),
  machines: z.array(
    z.object({
      state: machineSchema,
      events: z.array(event),
      requests: z.array(request),
      counts: z.array(z.object({ count: text, greatestThreshold: z.int().min(0) })),
      clients: z.array(z.object({ count: text, clientMachineId: text, lastRequestAt: instant })),
    }),
  ),
  dnsRecords: z.array(
    z.object({
      name: text,
      type: z.enum(['SRV', 'A', 'AAAA', 'TXT', 'CNAME']),
      ttl: z.int().min(0),
      data: text,
    }),
  ),
  directories: z.array(
    z.object({
      domain: text,
      objects: z.array(
        z.object({
          displayName: text,
          distinguishedName: text,
          csvlkSkuId: text.nullable(),
          csvlkPid: text.nullable(),
          csvlkPartialProductKey: text.nullable(),
          group: z.enum(hostGroupIds),
        }),
      ),
    }),
  ),
  keys: z.array(
    z.object({
      text,
      kind: z.enum(['csvlk', 'mak', 'retail', 'oem', 'evaluation']),
      edition: text.nullable(),
      hostGroup: z.enum(hostGroupIds).nullable(),
      mintedAt: instant,
      pool: z.int().nullable(),
      uses: z.record(text, z.int().min(0)),
      isBlocked: z.boolean(),
    }),
  ),
  accounts: z.array(
    z.object({
      user: text,
      machine: text.nullable(),
      role: z.enum(['administrator', 'standard']),
      passwordHash: text,
    }),
  ),
});

export type Archive = z.infer<typeof archiveSchema>;
