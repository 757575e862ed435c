import { effectiveKmsPort } from '../../licensing/windows';
import type { MachineState } from './machine-state';
import type { DesiredKms } from './policy';

/** Which KMS host a client asks: one that is fixed, or what DNS has, in one domain or in its own. */
export type KmsSetting =
  | { readonly kind: 'auto' }
  | { readonly kind: 'host'; readonly host: string; readonly port: number }
  | { readonly kind: 'domain'; readonly domain: string };

interface Registered {
  readonly machine: string;
  readonly port: number | null;
  readonly domain: string;
}

/** What holds for Windows: the product's own setting goes before the machine's (K6.1 to K6.3). */
export function kmsInForce(state: MachineState): KmsSetting {
  return settingOf(ofProduct(state) ?? ofService(state));
}

/** Whether the product has a setting of its own that goes before the machine's. */
export function hasOwnKms(state: MachineState): boolean {
  const own = ofProduct(state);
  return own !== null && !sameKms(settingOf(own), settingOf(ofService(state)));
}

function ofProduct({ windows }: MachineState): Registered | null {
  if (windows?.channel !== 'kms-client') return null;
  const { registeredMachine, registeredPort, lookupDomain } = windows.kmsClient;
  return { machine: registeredMachine, port: registeredPort, domain: lookupDomain };
}

function ofService({ service }: MachineState): Registered {
  return { machine: service.kmsMachine, port: service.kmsPort, domain: service.kmsLookupDomain };
}

/** A fixed host goes before a domain (K6.8). */
function settingOf({ machine, port, domain }: Registered): KmsSetting {
  if (machine !== '') {
    return { kind: 'host', host: machine, port: effectiveKmsPort(port) };
  }
  return domain === '' ? { kind: 'auto' } : { kind: 'domain', domain };
}

/** What a policy's word asks for. */
export function wantedKms(kms: DesiredKms): KmsSetting {
  if (kms === 'auto') return { kind: 'auto' };
  return 'domain' in kms ? { kind: 'domain', domain: kms.domain } : { kind: 'host', ...kms };
}

/** Names of hosts and domains compare without case. */
export function sameKms(one: KmsSetting, other: KmsSetting): boolean {
  return kmsText(one).toLowerCase() === kmsText(other).toLowerCase();
}

/** `auto`, `kms01:1688`, `domain corp.example` */
export function kmsText(setting: KmsSetting): string {
  switch (setting.kind) {
    case 'auto':
      return 'auto';
    case 'host':
      return `${setting.host}:${setting.port}`;
    case 'domain':
      return `domain ${setting.domain}`;
  }
}
