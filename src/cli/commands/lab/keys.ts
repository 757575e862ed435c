import * as z from 'zod';
import { confirmInstallation, mintLabKey } from '../../../lab/estate/keys';
import { modelError } from '../../../lab/model/errors';
import { formatHresult, type Hresult } from '../../../licensing/hresult';
import { LicensingError } from '../../../licensing/provider';
import { defineCommand } from '../../framework/command';
import { flag, oneOf, option, text, wholeNumber } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';

/** slmgr lab mint-key --type csvlk|mak|retail --for PRODUCT */
export const labMintKey = defineCommand({
  name: 'lab mint-key',
  summary: 'Mint a product key of the lab',
  description:
    "The key is in the lab's own name space: it works on machines of this estate and is worthless anywhere else. " +
    'A csvlk makes a machine a KMS host (six hosts, ten activations each), a mak activates from a fixed pool.',
  positionals: [],
  options: ['type', 'for', 'pool'],
  examples: [
    {
      line: 'slmgr lab mint-key --type csvlk --for "Windows Server 2008 R2 Standard"',
      does: 'a KMS host key of the group that edition belongs to',
    },
    { line: 'slmgr lab mint-key --type mak --for "Windows 7 Enterprise" --json', does: 'as JSON' },
  ],
  data: z.object({
    key: z.string(),
    type: z.enum(['csvlk', 'mak', 'retail']),
    product: z.string().nullable(),
    hostGroup: z.string().nullable(),
    /** Activations that a MAK allows on all machines together. */
    pool: z.int().nullable(),
  }),
  input: z.object({
    type: oneOf('csvlk', 'mak', 'retail'),
    for: option,
    pool: wholeNumber(1, 1_000_000).optional(),
  }),
  run: async ({ type, for: product, pool }, context) => {
    const minted = await withLaboratory(context, (laboratory) =>
      mintLabKey(laboratory, { kind: type, edition: product, ...(pool === undefined ? {} : { pool }) }),
    );
    const data = {
      key: minted.text,
      type: minted.kind,
      product: minted.edition,
      hostGroup: minted.hostGroup,
      pool: minted.pool,
    };
    return { data, text: () => `${data.key}\n` };
  },
});

/** slmgr lab confirm IID */
export const labConfirm = defineCommand({
  name: 'lab confirm',
  summary: 'The confirmation ID that the telephone would give for an installation ID',
  positionals: [{ name: 'iid', summary: 'Installation ID, as /dti shows it', many: true }],
  description:
    'It takes one activation of the key. Where they are used up the call centre can make an exception (--exception): one more activation, ' +
    'for this installation ID.',
  options: ['exception'],
  examples: [
    { line: 'slmgr lab confirm 123456...', does: 'the ID to type behind /atp' },
    {
      line: 'slmgr lab confirm 123456... --exception',
      does: "past the key's six hosts with ten activations each",
    },
  ],
  data: z.object({ installationId: z.string(), confirmationId: z.string() }),
  input: z.object({ iid: z.array(text).min(1, 'an installation ID is missing'), exception: flag }),
  run: async ({ iid, exception }, context) => {
    const typed = iid.join('');
    const answer = await withLaboratory(context, (laboratory) =>
      confirmInstallation(laboratory, typed, { isException: exception }),
    );
    if (!answer.ok) {
      const code = formatHresult(answer.hresult);
      throw new LicensingError(
        answer.hresult,
        `The telephone refuses: ${code} (slmgr explain ${code}).${exception ? '' : askForException(answer.hresult)}`,
      );
    }
    const data = { installationId: typed.replace(/[^0-9]/g, ''), confirmationId: answer.confirmationId };
    return { data, text: () => `${data.confirmationId}\n` };
  },
});

/** What a person does whose key is used up. */
function askForException(code: Hresult): string {
  const isUsedUp = code === modelError.activationLimit || code === modelError.makExhausted;
  return isUsedUp ? ' With --exception the call centre grants one more.' : '';
}
