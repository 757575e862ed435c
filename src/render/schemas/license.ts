import * as z from 'zod';
import { errorCode, instant, number, state, text } from './common';

const kmsClient = z
  .object({
    lookupDomain: text.describe('Domain of the SRV records, set by /skms-domain'),
    registeredMachine: text.describe('KMS host set by /skms'),
    registeredPort: number,
    discoveredMachine: text.describe('KMS host found in DNS'),
    discoveredPort: number,
    discoveredAddress: text,
    hostExtendedPid: text,
    activationIntervalMinutes: number,
    renewalIntervalMinutes: number,
    hostCaching: z.boolean(),
  })
  .describe('What a volume client knows of its KMS host; null for other channels');

const kmsHost = z
  .object({
    currentCount: number,
    listeningPort: z.number().int(),
    dnsPublishing: z.boolean(),
    priority: z.enum(['low', 'normal']),
    requests: z
      .object({
        total: number,
        failed: number,
        unlicensed: number,
        licensed: number,
        initialGrace: number,
        additionalGrace: number,
        nonGenuineGrace: number,
        notification: number,
      })
      .nullable()
      .describe('Cumulative requests; null where the machine keeps no counters'),
  })
  .describe('What a KMS host knows of itself; null for others');

const token = z.object({
  ilid: text,
  ilvid: number,
  grantNumber: number,
  certificateThumbprint: text,
});

const activeDirectory = z.object({
  objectName: text,
  objectDn: text,
  csvlkExtendedPid: text,
  csvlkActivationId: text,
});

const automaticVmActivation = z.object({
  iaid: text,
  hostMachineName: text,
  lastActivation: instant.nullable(),
  hostDigitalPid2: text,
});

/** A product's facts. */
const product = z.object({
  activationId: z.string(),
  applicationId: z.string(),
  name: z.string(),
  description: z.string(),
  channel: z.enum(['kms-client', 'kms-host', 'mak', 'time-based', 'automatic-vm', 'other']),
  productKeyChannel: text,
  partialProductKey: text.describe('Last five characters; null where no key is installed'),
  isAddon: z.boolean().nullable().describe('Null where this build of Windows cannot say'),
  additionalInformation: text,
  extendedPid: text,
  installationId: text,
  urls: z.object({
    processor: text,
    machine: text,
    useLicense: text,
    productKey: text,
    validation: text,
  }),
  licenseStatus: state,
  licenseStatusReason: errorCode.nullable(),
  graceMinutesRemaining: z.number().int(),
  expiresAt: instant.nullable().describe('When activation or grace ends; null where nothing runs out'),
  evaluationEndDate: instant.nullable(),
  trustedTime: instant.nullable(),
  remainingAppRearmCount: number,
  remainingSkuRearmCount: number,
  configuredActivationType: state,
  lastActivationType: state,
  kmsClient: kmsClient.nullable(),
  kmsHost: kmsHost.nullable(),
  token: token.nullable(),
  activeDirectory: activeDirectory.nullable(),
  automaticVmActivation: automaticVmActivation.nullable(),
});

const subscription = z
  .object({
    edition: text,
    type: state,
    status: state,
    expiresAt: text.describe("ISO 8601 in UTC; the machine's own text where it is no date of a known form"),
  })
  .describe('The subscription by which an edition is granted; null where there is none');

/** The licensing service's facts. */
const service = z.object({
  version: text,
  clientMachineId: text,
  remainingWindowsRearmCount: number,
  hostCaching: z.boolean(),
  kmsMachine: text,
  kmsPort: number,
  kmsLookupDomain: text,
  listeningPort: z.number().int(),
  dnsPublishing: z.boolean(),
  priority: z.enum(['low', 'normal']),
  subscription: subscription.nullable(),
});

/** Data of /dli, /dlv and /xpr. */
export const licenseData = z.object({
  service: service.nullable().describe('Null where the service could not be read'),
  products: z.array(product),
});

export type ProductData = z.infer<typeof product>;
export type ServiceData = z.infer<typeof service>;
export type LicenseData = z.infer<typeof licenseData>;
