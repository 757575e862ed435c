import type { ProductFacts, ServiceFacts } from '../licensing/facts';
import type { SubscriptionFacts } from '../licensing/subscription';
import type { Hresult } from '../licensing/hresult';
import type { ActivationObject, TokenCertificate } from '../licensing/provider';

/** A token issuance licence as /lil shows it. */
export interface TokenLicense {
  readonly id: string;
  readonly ilid: string;
  readonly ilvid: number | null;
  readonly validTo: number | null;
  readonly additionalInformation: string;
  readonly description: string;
  /** Why the licence cannot be used; null where it can. */
  readonly authorizationError: Hresult | null;
}

/** Settings that only a KMS host takes. */
export type HostSetting =
  | { readonly name: 'port'; readonly value: number }
  | { readonly name: 'activation-interval'; readonly value: number }
  | { readonly name: 'renewal-interval'; readonly value: number }
  | { readonly name: 'dns-publishing'; readonly value: boolean }
  | { readonly name: 'low-priority'; readonly value: boolean };

/** Why what was asked was not done, where the service itself raised no error. */
type Refusal =
  | { readonly kind: 'product-key-not-found' }
  | { readonly kind: 'product-not-found' }
  | { readonly kind: 'activation-id-not-found'; readonly activationId: string }
  | { readonly kind: 'no-token-licenses-removed' }
  | { readonly kind: 'invalid-data' }
  | { readonly kind: 'not-a-kms-host'; readonly setting: HostSetting['name'] }
  | { readonly kind: 'token-activation-only' }
  | { readonly kind: 'no-activation-object-container' }
  | { readonly kind: 'remote-not-supported' }
  | { readonly kind: 'changes-refused'; readonly reason: string };

/** Where an error happened, as far as slmgr words it. */
export type FailedStep =
  { readonly kind: 'operation' } | { readonly kind: 'connecting'; readonly machine: string | null };

export interface VerbError {
  readonly kind: 'error';
  readonly hresult: Hresult;
  readonly step: FailedStep;
  /** What the provider says about it: not part of slmgr's text. */
  readonly detail: string;
}

type Information =
  /** The service's facts; /dlv prints the version. */
  | { readonly kind: 'service'; readonly service: ServiceFacts; readonly detailed: boolean }
  | {
      readonly kind: 'license-information';
      readonly detailed: boolean;
      /** True where the product was named: slmgr then ends without an empty line. */
      readonly named: boolean;
      readonly product: ProductFacts;
      readonly service: ServiceFacts;
    }
  | { readonly kind: 'expiration'; readonly product: ProductFacts }
  | { readonly kind: 'subscription'; readonly subscription: SubscriptionFacts }
  | {
      readonly kind: 'several-licenses-warning';
      readonly description: string;
      readonly activationId: string;
    };

type ProductKeys =
  | { readonly kind: 'product-key-installed'; readonly productKey: string }
  | { readonly kind: 'product-key-uninstalled'; readonly activationId: string }
  | { readonly kind: 'product-key-cleared' };

type Activation =
  | { readonly kind: 'activating'; readonly name: string; readonly activationId: string }
  | {
      readonly kind: 'activation-ended';
      readonly activationId: string;
      readonly licenseStatus: number;
      readonly licenseStatusReason: number;
      readonly by: 'service' | 'confirmation-id' | 'token';
    }
  | { readonly kind: 'installation-id'; readonly installationId: string; readonly of: 'product' | 'forest' };

type Licenses =
  | { readonly kind: 'license-file-installed'; readonly path: string }
  | { readonly kind: 'reinstalling-license-files' }
  | { readonly kind: 'license-files-reinstalled' }
  | {
      readonly kind: 'rearmed';
      readonly scope: 'windows' | 'application' | 'product';
      readonly id: string | null;
    };

type KmsClient =
  | { readonly kind: 'kms-machine-set'; readonly name: string; readonly lookupDomain: string }
  | { readonly kind: 'kms-machine-cleared'; readonly lookupDomain: string }
  | { readonly kind: 'lookup-domain-set'; readonly domain: string; readonly fixed: FixedHost | null }
  | { readonly kind: 'lookup-domain-cleared'; readonly fixed: FixedHost | null }
  | { readonly kind: 'host-caching-set'; readonly enabled: boolean }
  | { readonly kind: 'activation-type-set'; readonly type: number };

/** The KMS host that /skms has set, which overrides the lookup domain. */
export interface FixedHost {
  readonly machine: string;
  readonly port: number;
}

interface KmsHost {
  readonly kind: 'host-setting-set';
  readonly setting: HostSetting;
}

type Token =
  | { readonly kind: 'token-licenses'; readonly licenses: readonly TokenLicense[] }
  | { readonly kind: 'removing-token-licenses' }
  | { readonly kind: 'token-license-removed'; readonly id: string }
  | { readonly kind: 'certificate'; readonly certificate: TokenCertificate };

type Directory =
  | { readonly kind: 'forest-activated' }
  | { readonly kind: 'activation-objects'; readonly objects: readonly ActivationObject[] }
  | { readonly kind: 'activation-object-named'; readonly distinguishedName: string }
  | { readonly kind: 'activation-object-deleted' };

/** What a verb found out or did, in the order in which it happened. */
export type VerbResult =
  | Information
  | ProductKeys
  | Activation
  | Licenses
  | KmsClient
  | KmsHost
  | Token
  | Directory
  | Refusal
  | VerbError;
