import { succeeded } from '../model/outcome';
import type { TokenCertificateState } from '../model/state';
import { issuerLicenseText, issueToken } from '../model/token-issuer';
import { EstateError } from './errors';
import type { Laboratory } from './laboratory';
import { mustPerform } from './power';

/** More than this in one store helps nobody, and an archive holds no more. */
const mostCertificates = 100;
const longestPin = 64;

/** A certificate in a machine's store, and the text of the issuance licence that lets it activate. */
export interface MintedToken {
  readonly machine: string;
  readonly certificate: TokenCertificateState;
  readonly licenseText: string;
}

/**
 * Puts a certificate of the lab into a machine's store (K15.3). Activation by it needs the issuance licence on the
 * machine: /ilc installs it, /ltc then lists the certificate, /fta activates with its thumbprint.
 * @throws EstateError for an unknown machine, a store that is full, a PIN that is too long
 */
export async function mintToken(
  laboratory: Laboratory,
  name: string,
  pin: string | null = null,
): Promise<MintedToken> {
  if (pin !== null && pin.length > longestPin) {
    throw new EstateError('invalid', `A PIN has at most ${longestPin} characters.`);
  }
  // The deed may be done anew where another process changed the machine meanwhile: the last one counts.
  const minted: Omit<MintedToken, 'machine'>[] = [];
  const { state } = await mustPerform(laboratory, name, (machine, context) => {
    if (machine.certificates.length >= mostCertificates) {
      throw new EstateError('not-possible', `${machine.name} has ${mostCertificates} certificates already.`);
    }
    const issued = issueToken(machine, pin, context);
    minted.push({ certificate: issued.certificate, licenseText: issuerLicenseText(context.now) });
    return succeeded(issued.state);
  });
  const last = minted.at(-1);
  if (last === undefined) throw new Error('Nothing was minted.');
  return { machine: state.name, ...last };
}
