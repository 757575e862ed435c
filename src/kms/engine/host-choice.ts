import { type HostAddress, type KmsClientFacts, type RegisteredHost } from './client-types';

/** KMS listens on TCP 1688 (K3.5). */
export const defaultKmsPort = 1688;

/** Where a client begins: at a host named in its registry, at the host it remembers, or in DNS. */
export type HostChoice =
  | { readonly kind: 'registered'; readonly host: HostAddress }
  | { readonly kind: 'cached'; readonly host: HostAddress }
  | { readonly kind: 'discover' };

/** The registry keeps an IPv6 address in the square brackets in which /skms takes it (K6.14). */
function withoutBrackets(name: string): string {
  return /^\[([^\]]*:[^\]]*)\]$/.exec(name)?.[1] ?? name;
}

function named(level: RegisteredHost): HostAddress | null {
  return level.name === null || level.name === ''
    ? null
    : { name: withoutBrackets(level.name), port: level.port ?? defaultKmsPort };
}

/** K6.1 to K6.5: product, application, global, cached host (while caching is on), DNS. */
export function chooseHost(facts: KmsClientFacts): HostChoice {
  const { product, application, global } = facts.registered;
  const host = named(product) ?? named(application) ?? named(global);
  if (host !== null) return { kind: 'registered', host };
  if (facts.hostCaching && facts.cachedHost !== null) return { kind: 'cached', host: facts.cachedHost };
  return { kind: 'discover' };
}
