import { formatHresult } from '../../licensing/hresult';
import { LicensingError, type TokenSignerPort } from '../../licensing/provider';
import { signChallenge, tokenCertificates } from '../../lab/model/token';
import { read, type MachineAccess } from './access';

/** The token signer of a simulated machine over the certificates in its store. */
export function simulatedSigner(access: MachineAccess): TokenSignerPort {
  return {
    certificates: async (grants) =>
      Promise.resolve(
        read(access, (_reader, { state }, now) =>
          tokenCertificates(state, grants, now).map(
            ({ thumbprint, subject, issuer, validFrom, validTo }) => ({
              thumbprint,
              subject,
              issuer,
              validFrom: localTime(validFrom),
              validTo: localTime(validTo),
            }),
          ),
        ),
      ),
    sign: async (challenge, thumbprint, pin) => {
      const signed = read(access, (_reader, { state }) => signChallenge(state, challenge, thumbprint, pin));
      if (typeof signed !== 'number') return Promise.resolve(signed);
      throw new LicensingError(signed, `The certificate cannot sign: ${formatHresult(signed)}.`);
    },
  };
}

/** Simulated machines live in UTC. */
function localTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
