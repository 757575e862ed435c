import * as z from 'zod';
import { isInterval } from '../../kms/engine/messages';
import { boundedList, boundedRecord } from '../../licensing/bounded-schema';
import { channels, generationIds, hostGroupIds } from '../../licensing/catalogue/types';
import type { EditionId } from '../../licensing/catalogue/types';
import { code32, count, domain, instant, minutes, offset, text } from './archive-fields';
import type { ActivationId, Cmid, MachineName, MachineState, ProductState } from '../model/state';

/** A machine's state as it comes from a file: every fact of the model, checked. */

const interval = z.int().refine(isInterval, 'must be 15 to 43200 minutes');
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function branded<T extends string>(pattern: RegExp, what: string): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'string' && pattern.test(value), `must be ${what}`);
}

const activationId = branded<ActivationId>(guid, 'a lower-case GUID');
const cmid = branded<Cmid>(guid, 'a lower-case GUID');
const editionId = branded<EditionId>(/^[a-z0-9][a-z0-9.-]{0,120}$/, 'an edition of the catalogue');
const machineName = branded<MachineName>(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'a machine name');
const channel = z.enum(channels);
const group = z.enum(hostGroupIds);

const license = z.union([
  z.object({ status: z.enum(['unlicensed', 'notification']), until: z.null(), reason: code32 }),
  z.object({
    status: z.literal('licensed'),
    until: instant.nullable(),
    reason: code32,
    by: z.enum(['kms', 'ad', 'token', 'microsoft', 'phone', 'avma', 'oem', 'evaluation']),
    since: instant,
  }),
  z.object({
    status: z.enum(['oob-grace', 'oot-grace', 'non-genuine-grace', 'extended-grace']),
    until: instant,
    reason: code32,
  }),
]);

const requests = z.object({
  total: count,
  failed: count,
  unlicensed: count,
  licensed: count,
  oobGrace: count,
  ootGrace: count,
  nonGenuineGrace: count,
  notification: count,
});

const product: z.ZodType<ProductState> = z.object({
  activationId,
  edition: editionId,
  channel,
  addedAt: instant,
  key: z.object({ text, channel, pid: text, installedAt: instant }).nullable(),
  license,
  graceEndsAt: instant.nullable(),
  skuRearmsLeft: z.int().min(-1),
  boundHardware: z.int().nullable(),
  kmsClient: z.object({
    discovered: z
      .object({ name: text, port: z.int().min(1).max(65_535), address: text.nullable() })
      .nullable(),
    hostPid: text.nullable(),
    activationInterval: interval.nullable(),
    renewalInterval: interval.nullable(),
  }),
  kmsHost: z.object({ group, requests }).nullable(),
  activationType: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  ad: z.object({ objectName: text, distinguishedName: text, csvlkPid: text, csvlkSkuId: text }).nullable(),
  token: z
    .object({ ilid: text, ilvid: z.int(), grantNumber: z.int(), thumbprint: text, additionalInfo: text })
    .nullable(),
  avma: z.object({ hostName: text, activatedAt: instant, hostPid: text }).nullable(),
  evaluationEndsAt: instant.nullable(),
  timer: z
    .object({ kind: z.enum(['activate', 'renew']), at: instant, watchUntil: instant.nullable() })
    .nullable(),
  pausedGraceMinutes: minutes.nullable(),
});

const registryValue = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SZ'), data: text }),
  z.object({ type: z.literal('DWORD'), data: z.int().min(0).max(0xffff_ffff) }),
  z.object({ type: z.literal('MULTI_SZ'), data: boundedList(text, 1000) }),
  z.object({ type: z.literal('EXPAND_SZ'), data: text }),
  z.object({ type: z.literal('QWORD'), data: z.string().regex(/^\d{1,20}$/) }),
  z.object({ type: z.literal('BINARY'), data: text.regex(/^(?:[0-9a-f]{2})*$/) }),
]);
const registryValues = boundedRecord(text.max(255), registryValue, 1000);

const pendingRearm = z.union([
  z.object({ scope: z.enum(['windows', 'generalize']) }),
  z.object({ scope: z.literal('application'), applicationId: text }),
  z.object({ scope: z.literal('sku'), activationId }),
]);

/** The schema of {@link MachineState}; the compiler holds both together. */
export const machineSchema: z.ZodType<MachineState> = z.object({
  schema: z.literal(1),
  name: machineName,
  domain: domain.nullable(),
  dns: z.object({
    primary: domain.nullable(),
    dhcp: domain.nullable(),
    searchList: boundedList(domain, 100),
  }),
  virtual: z.boolean(),
  hypervisor: text.nullable(),
  generation: z.enum(generationIds),
  version: text,
  lcid: z.int().min(0).max(0xffff),
  elevated: z.boolean(),
  clockSkewMs: offset,
  slic: z.enum(['none', 'marker', 'no-marker']),
  running: z.boolean(),
  starts: count.optional(),
  addedAt: instant,
  startedAt: instant.nullable(),
  restartWanted: z.boolean(),
  pendingRearm: pendingRearm.nullable(),
  cmid,
  previousCmid: cmid.nullable(),
  hardware: z.int(),
  windowsRearmsLeft: count,
  generalizeRearms: count,
  applications: boundedRecord(text, z.object({ rearmsLeft: count, extraRearmGiven: z.boolean() }), 100),
  editions: boundedList(editionId, 100).refine((all) => all.length > 0, 'is empty'),
  products: boundedList(product, 100),
  keyInRegistry: activationId.nullable(),
  registry: registryValues,
  loadedHost: z.object({
    listeningPort: z.int().min(1).max(65_535),
    activationInterval: interval,
    renewalInterval: interval,
    dnsPublishing: z.boolean(),
    lowPriority: z.boolean(),
    publishList: boundedList(text, 1000),
  }),
  publishAt: instant.nullable(),
  tokenLicenses: boundedList(
    z.object({
      id: text,
      ilid: text,
      ilvid: z.int(),
      expiresAt: instant.nullable(),
      additionalInfo: text,
      authorizationStatus: code32,
      description: text,
      grants: boundedList(text, 1000),
    }),
    1000,
  ),
  certificates: boundedList(
    z.object({
      thumbprint: text,
      subject: text,
      issuer: text,
      validFrom: instant,
      validTo: instant,
      pin: text.nullable(),
    }),
    1000,
  ),
  kmsUpdates: z.boolean(),
  dataExchange: z.boolean(),
  firmwareKey: text.nullish(),
  shutdownAt: instant.nullish(),
  subscription: z
    .object({
      edition: text,
      type: z.union([z.literal(0), z.literal(1), z.literal(2)]),
      status: z.union([z.literal(0), z.literal(1), z.literal(100), z.literal(120)]),
      endsAt: instant.nullable(),
    })
    .nullish(),
  serviceStopped: z.boolean().optional(),
  firewall: z.object({ ports: boundedList(z.int().min(1).max(65_535), 1000), wmi: z.boolean() }).nullish(),
  hive: boundedRecord(text.max(255), registryValues, 1000).optional(),
});
