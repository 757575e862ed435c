import * as z from 'zod';
import { errorCode, instant, number, state, text } from './common';
import { licenseData } from './license';

const activation = z.object({
  activationId: z.string(),
  name: text,
  activated: z.boolean(),
  licenseStatus: state,
  licenseStatusReason: errorCode.nullable(),
});

const activations = z.object({ activations: z.array(activation) });
const installationId = z.object({ installationId: text.describe('Null where no product was found') });
const installedFiles = z.object({ installedFiles: z.array(z.string()) });
const rearm = z.object({
  rearmed: z.boolean(),
  id: text.describe('Application or activation ID; null for Windows as a whole'),
  restartNeeded: z.boolean(),
});
const done = z.object({ done: z.boolean() });

const kmsClientSetting = z.object({
  done: z.boolean(),
  kmsMachine: text.describe('The KMS host in force, as /skms takes it'),
  lookupDomain: text.describe('The lookup domain in force'),
});

const hostSetting = z.object({
  setting: z
    .object({
      name: z.enum(['port', 'activation-interval', 'renewal-interval', 'dns-publishing', 'low-priority']),
      value: z.union([z.number(), z.boolean()]),
    })
    .nullable()
    .describe('Null where nothing was set'),
  restartNeeded: z.boolean().describe('The KMS host takes the setting over when it starts again'),
});

const tokenLicense = z.object({
  id: z.string(),
  ilid: text,
  ilvid: number,
  validTo: instant.nullable(),
  additionalInformation: text,
  description: text,
  authorizationError: errorCode.nullable(),
});

const certificate = z.object({
  thumbprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  validFrom: z.string().describe('Local time of the machine'),
  validTo: z.string().describe('Local time of the machine'),
});

const activationObject = z.object({
  displayName: text,
  distinguishedName: z.string(),
  csvlkActivationId: text,
  csvlkExtendedPid: text,
  partialProductKey: text,
});

/** Schema of `data` for each verb. */
export const verbDataSchemas = {
  ipk: z.object({ productKey: text.describe('The key that was installed; null where none was') }),
  ato: activations,
  dli: licenseData,
  dlv: licenseData,
  xpr: licenseData,
  cpky: done,
  ilc: installedFiles,
  rilc: installedFiles,
  rearm,
  'rearm-app': rearm,
  'rearm-sku': rearm,
  upk: z.object({ uninstalled: z.array(z.string()).describe('Activation IDs') }),
  dti: installationId,
  atp: activations,
  skms: kmsClientSetting,
  ckms: kmsClientSetting,
  'skms-domain': kmsClientSetting,
  'ckms-domain': kmsClientSetting,
  skhc: z.object({ hostCaching: z.boolean().nullable() }),
  ckhc: z.object({ hostCaching: z.boolean().nullable() }),
  lil: z.object({ licenses: z.array(tokenLicense) }),
  ril: z.object({ removed: z.array(z.string()).describe('IDs of the licences') }),
  ltc: z.object({ certificates: z.array(certificate) }),
  fta: activations,
  sprt: hostSetting,
  sai: hostSetting,
  sri: hostSetting,
  sdns: hostSetting,
  cdns: hostSetting,
  spri: hostSetting,
  cpri: hostSetting,
  'act-type': z.object({ activationType: state.nullable() }),
  'ad-activation-online': done,
  'ad-activation-get-iid': installationId,
  'ad-activation-apply-cid': done,
  'ao-list': z.object({ activationObjects: z.array(activationObject) }),
  'del-ao': done,
} as const;

export type VerbDataName = keyof typeof verbDataSchemas;
export type VerbData = { readonly [V in VerbDataName]: z.infer<(typeof verbDataSchemas)[V]> };

/** Data under --dry-run, of any verb that changes something. */
export const dryRunData = z.object({
  plannedCalls: z
    .array(z.object({ target: z.string(), method: z.string(), args: z.record(z.string(), z.unknown()) }))
    .describe('The calls that would be made, in order'),
});

export type DryRunData = z.infer<typeof dryRunData>;
