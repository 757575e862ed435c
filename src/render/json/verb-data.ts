import type { TokenLicense, VerbResult } from '../../verbs/results';
import type { CommandResult } from '../../verbs/run';
import type { VerbData, VerbDataName } from '../schemas/verbs';
import { licenseDataOf } from './license';
import { activationTypeState, errorOrNull, isoOrNull, licenseStatusState, textOrNull } from './values';

type Results = readonly CommandResult[];
type ResultOf<K extends VerbResult['kind']> = Extract<VerbResult, { readonly kind: K }>;

/** Makes `data` of a verb out of its results, as far as they came. */
export const verbDataOf: { readonly [V in VerbDataName]: (results: Results) => VerbData[V] } = {
  ipk: (results) => ({ productKey: first(results, 'product-key-installed')?.productKey ?? null }),
  ato: activationsOf,
  dli: licenseDataOf,
  dlv: licenseDataOf,
  xpr: licenseDataOf,
  cpky: (results) => ({ done: has(results, 'product-key-cleared') }),
  ilc: installedFilesOf,
  rilc: installedFilesOf,
  rearm: rearmOf,
  'rearm-app': rearmOf,
  'rearm-sku': rearmOf,
  upk: (results) => ({
    uninstalled: all(results, 'product-key-uninstalled').map(({ activationId }) => activationId),
  }),
  dti: installationIdOf,
  atp: activationsOf,
  skms: (results) => {
    const set = first(results, 'kms-machine-set');
    return clientSetting(set !== undefined, set?.name, set?.lookupDomain);
  },
  ckms: (results) => {
    const cleared = first(results, 'kms-machine-cleared');
    return clientSetting(cleared !== undefined, undefined, cleared?.lookupDomain);
  },
  'skms-domain': (results) => {
    const set = first(results, 'lookup-domain-set');
    return clientSetting(set !== undefined, hostWords(set?.fixed), set?.domain);
  },
  'ckms-domain': (results) => {
    const cleared = first(results, 'lookup-domain-cleared');
    return clientSetting(cleared !== undefined, hostWords(cleared?.fixed), undefined);
  },
  skhc: hostCachingOf,
  ckhc: hostCachingOf,
  lil: (results) => ({ licenses: first(results, 'token-licenses')?.licenses.map(tokenLicenseData) ?? [] }),
  ril: (results) => ({ removed: all(results, 'token-license-removed').map(({ id }) => id) }),
  ltc: (results) => ({ certificates: all(results, 'certificate').map(({ certificate }) => certificate) }),
  fta: activationsOf,
  sprt: hostSettingOf,
  sai: hostSettingOf,
  sri: hostSettingOf,
  sdns: hostSettingOf,
  cdns: hostSettingOf,
  spri: hostSettingOf,
  cpri: hostSettingOf,
  'act-type': (results) => {
    const set = first(results, 'activation-type-set');
    return { activationType: set === undefined ? null : activationTypeState(set.type) };
  },
  'ad-activation-online': (results) => ({ done: has(results, 'forest-activated') }),
  'ad-activation-get-iid': installationIdOf,
  'ad-activation-apply-cid': (results) => ({ done: has(results, 'forest-activated') }),
  'ao-list': (results) => ({
    activationObjects:
      first(results, 'activation-objects')?.objects.map((object) => ({
        displayName: object.displayName,
        distinguishedName: object.distinguishedName,
        csvlkActivationId: object.csvlkSkuId,
        csvlkExtendedPid: object.csvlkPid,
        partialProductKey: object.csvlkPartialProductKey,
      })) ?? [],
  }),
  'del-ao': (results) => ({ done: has(results, 'activation-object-deleted') }),
};

/** True for a verb that has data of its own, which all have. */
export function hasVerbData(name: string): name is VerbDataName {
  return Object.hasOwn(verbDataOf, name);
}

function activationsOf(results: Results): VerbData['ato'] {
  const names = new Map(all(results, 'activating').map(({ activationId, name }) => [activationId, name]));
  return {
    activations: all(results, 'activation-ended').map((ended) => ({
      activationId: ended.activationId,
      name: names.get(ended.activationId) ?? null,
      activated: ended.licenseStatus === 1 || ended.licenseStatus === 6,
      licenseStatus: licenseStatusState(ended.licenseStatus),
      licenseStatusReason: errorOrNull(ended.licenseStatusReason),
    })),
  };
}

function installedFilesOf(results: Results): VerbData['ilc'] {
  return { installedFiles: all(results, 'license-file-installed').map(({ path }) => path) };
}

function rearmOf(results: Results): VerbData['rearm'] {
  const rearmed = first(results, 'rearmed');
  return {
    rearmed: rearmed !== undefined,
    id: rearmed?.id ?? null,
    restartNeeded: rearmed?.scope === 'windows',
  };
}

function installationIdOf(results: Results): VerbData['dti'] {
  return { installationId: first(results, 'installation-id')?.installationId ?? null };
}

function hostCachingOf(results: Results): VerbData['skhc'] {
  return { hostCaching: first(results, 'host-caching-set')?.enabled ?? null };
}

function hostSettingOf(results: Results): VerbData['sprt'] {
  const setting = first(results, 'host-setting-set')?.setting ?? null;
  return { setting, restartNeeded: setting !== null };
}

function clientSetting(
  done: boolean,
  kmsMachine: string | undefined,
  lookupDomain: string | undefined,
): VerbData['skms'] {
  return { done, kmsMachine: textOrNull(kmsMachine ?? ''), lookupDomain: textOrNull(lookupDomain ?? '') };
}

function hostWords(fixed: ResultOf<'lookup-domain-set'>['fixed'] | undefined): string | undefined {
  if (fixed === null || fixed === undefined) return undefined;
  return fixed.port === 0 ? fixed.machine : `${fixed.machine}:${fixed.port}`;
}

function tokenLicenseData(license: TokenLicense): VerbData['lil']['licenses'][number] {
  return {
    id: license.id,
    ilid: textOrNull(license.ilid),
    ilvid: license.ilvid,
    validTo: isoOrNull(license.validTo),
    additionalInformation: textOrNull(license.additionalInformation),
    description: textOrNull(license.description),
    authorizationError: errorOrNull(license.authorizationError ?? 0),
  };
}

function all<K extends VerbResult['kind']>(results: Results, kind: K): readonly ResultOf<K>[] {
  return results.filter((result): result is ResultOf<K> => result.kind === kind);
}

function first<K extends VerbResult['kind']>(results: Results, kind: K): ResultOf<K> | undefined {
  return all(results, kind)[0];
}

function has(results: Results, kind: VerbResult['kind']): boolean {
  return first(results, kind) !== undefined;
}
