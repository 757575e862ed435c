import * as z from 'zod';
import { mintToken } from '../../../lab/estate/tokens';
import { defineCommand } from '../../framework/command';
import { option } from '../../framework/fields';
import { writeNamedFile } from '../../output/named-file';
import { withLaboratory } from '../../targets/laboratory';
import { iso, isoTime, machineName, machineWord } from './fields';

/** slmgr lab mint-token NAME [--license FILE] [--pin PIN] */
export const labMintToken = defineCommand({
  name: 'lab mint-token',
  summary: 'Put a certificate for token-based activation into the store of a machine',
  description:
    'The certificate is of an issuer of the lab. --license writes the issuance licence that accepts it: install it with ' +
    '/ilc, list the certificate with /ltc, activate with "/fta THUMBPRINT [PIN]". Both last a year, by the clock of the ' +
    'estate, and are worthless anywhere else.',
  positionals: [machineWord],
  options: ['license', 'pin'],
  examples: [
    {
      line: 'slmgr lab mint-token PC-001 --license token.xrm-ms',
      does: 'prints the thumbprint, writes the licence',
    },
    { line: 'slmgr PC-001 /ilc token.xrm-ms', does: 'lets PC-001 use it' },
    { line: 'slmgr lab mint-token PC-001 --pin 1234', does: 'a certificate with a PIN' },
  ],
  data: z.object({
    machine: z.string(),
    thumbprint: z.string(),
    subject: z.string(),
    issuer: z.string(),
    validFrom: isoTime,
    validTo: isoTime,
    /** The file that was written. */
    license: z.string().nullable(),
  }),
  input: z.object({ name: machineName, license: option.optional(), pin: option.optional() }),
  run: async ({ name, license = null, pin }, context) => {
    const { machine, certificate, licenseText } = await withLaboratory(context, (laboratory) =>
      mintToken(laboratory, name, pin ?? null),
    );
    if (license !== null) writeNamedFile(license, licenseText);
    const { thumbprint, subject, issuer, validFrom, validTo } = certificate;
    return {
      data: {
        ...{ machine, thumbprint, subject, issuer, license },
        validFrom: iso(validFrom),
        validTo: iso(validTo),
      },
      text: () => `${thumbprint}\n`,
    };
  },
});
