import { labNamespaces } from '../../licensing/catalogue/namespaces';
import { dayMs, type ModelContext } from './context';
import { randomBits } from './keys';
import type { MachineState, TokenCertificateState } from './state';
import { issuanceLicenseText } from './token';

/**
 * The lab's own issuer of tokens (K15.3): certificates for machines' stores, and the issuance licence that grants
 * activation to all that it issued. Neither says anything outside of the lab.
 */

const issuer = 'CN=slmgr-lab-token-issuer';
const ilid = labNamespaces['token-issuer'];
const validDays = 365;

/** Puts a new certificate into a machine's store; it is valid for a year from now, by the estate's clock. */
export function issueToken(
  machine: MachineState,
  pin: string | null,
  { now, random }: ModelContext,
): { readonly state: MachineState; readonly certificate: TokenCertificateState } {
  const certificate: TokenCertificateState = {
    thumbprint: randomBits(random, 160).toString(16).padStart(40, '0').toUpperCase(),
    subject: `CN=${machine.name} token ${machine.certificates.length + 1}`,
    issuer,
    validFrom: now,
    validTo: now + validDays * dayMs,
    pin,
  };
  return { state: { ...machine, certificates: [...machine.certificates, certificate] }, certificate };
}

/** Text of the issuance licence for /ilc: what it activates lasts a year from now. A later one takes its place. */
export function issuerLicenseText(now: number): string {
  return issuanceLicenseText({
    ilid,
    ilvid: 1,
    expiresAt: now + validDays * dayMs,
    description: 'Token issuance licence of the lab',
    additionalInfo: 'slmgr lab tokens',
    grants: [issuer],
  });
}
