import { hostGroupOf } from '../../licensing/catalogue/host-groups';
import type { HostGroupId } from '../../licensing/catalogue/types';
import { hresult, type Hresult } from '../../licensing/hresult';
import { modelError } from '../model/errors';
import { defaultPool, mintKey, type LabKey } from '../model/keys';
import type { MicrosoftRequest } from '../model/outside';
import { confirmationId, digitsOf, readInstallationId } from '../model/phone';
import { serveModelRequest } from '../clockwork/services';
import { EstateError } from './errors';
import { changeStore, type Change, type Laboratory } from './laboratory';
import { asEstateError, checkChannel } from './machines';
import { requireEdition } from './names';
import type { EstateWriter, MintedKeyRecord } from './store-port';

export interface MintOptions {
  readonly kind: 'csvlk' | 'mak' | 'retail';
  /** Friendly name of the edition that it is for. */
  readonly edition: string;
  /** Activations of a MAK. */
  readonly pool?: number;
}

/**
 * Mints a key of the lab's own name space, worthless anywhere else. A csvlk is for the host key group of its edition.
 * @throws EstateError for an unknown edition, one that has no such licence, a pool out of range, an edition that cannot be a KMS host
 */
export function mintLabKey(laboratory: Laboratory, options: MintOptions): MintedKeyRecord {
  const edition = requireEdition(laboratory.catalogue, options.edition);
  if (options.kind !== 'csvlk') checkChannel(laboratory.catalogue, edition, options.kind);
  return changeStore(laboratory, ({ writer, estate, context }) => {
    if (writer.estate() === null) writer.putEstate(estate);
    const group: HostGroupId | null =
      options.kind === 'csvlk' ? asEstateError(() => hostGroupOf(edition)) : null;
    const pool = options.pool === undefined ? {} : { pool: options.pool };
    const text = asEstateError(() => mintKey({ type: options.kind, edition, ...pool }, context.random));
    const record: MintedKeyRecord = {
      text,
      kind: options.kind,
      edition: edition.friendlyName,
      hostGroup: group,
      mintedAt: context.now,
      pool: options.kind === 'mak' ? (options.pool ?? defaultPool) : null,
      uses: {},
      isBlocked: false,
    };
    writer.putMintedKey(record);
    return record;
  });
}

export type Confirmation =
  | { readonly ok: true; readonly confirmationId: string; readonly key: LabKey }
  /** The telephone refuses: the key's activations are used up, or it is blocked. */
  | { readonly ok: false; readonly hresult: Hresult };

/**
 * The confirmation ID that the telephone would give for an installation ID. It takes one activation of the key, as
 * the internet would; the same installation ID gets the same answer again for nothing. With an exception the call
 * centre grants one more activation although the key's are used up; a blocked key stays refused.
 * @throws EstateError `invalid` for what is no installation ID, and for a key that the telephone does not serve
 */
export function confirmInstallation(
  laboratory: Laboratory,
  typed: string,
  { isException = false }: { readonly isException?: boolean } = {},
): Confirmation {
  const read = readInstallationId(typed, laboratory.catalogue);
  if (!read.ok) throw new EstateError('invalid', notConfirmed[read.reason]);
  return changeStore(laboratory, (change): Confirmation => {
    const hardwareId = `iid:${digitsOf(typed)}`;
    const isKnown = hardwareId in (change.writer.mintedKey(read.key.text)?.uses ?? {});
    const request = { kind: 'microsoft', key: read.key, hardwareId, isException } as const;
    const code = isKnown ? 0 : askMicrosoft(change, request);
    if (code !== 0) return { ok: false, hresult: hresult(code) };
    return { ok: true, confirmationId: confirmationId(typed), key: read.key };
  });
}

function askMicrosoft({ writer, context }: Change, request: MicrosoftRequest): number {
  const neighbours = {
    catalogue: context.catalogue,
    findMachine: (name: string) => writer.machine(name)?.state ?? null,
  };
  const { answer, apply } = serveModelRequest(writer, neighbours, request, context.now);
  apply?.();
  return answer.kind === 'microsoft' ? answer.hresult : modelError.internetNameNotResolved;
}

const notConfirmed = {
  form: 'An installation ID has 54 or 63 digits ("slmgr /dti" shows it); blanks and hyphens do not matter.',
  check: 'The installation ID has a typing error: the check digit of a block does not fit.',
  'no-key':
    'The telephone does not serve this key: only MAK, KMS host and retail keys of the lab are activated so.',
} as const;

/**
 * Blocks a key that the lab knows, or frees it again.
 * @throws EstateError `not-found`
 */
export function blockKey(laboratory: Laboratory, text: string, isBlocked: boolean): MintedKeyRecord {
  return changeStore(laboratory, ({ writer }) => {
    const record = requireKey(writer, text);
    writer.putMintedKey({ ...record, isBlocked });
    return { ...record, isBlocked };
  });
}

function requireKey(writer: EstateWriter, text: string): MintedKeyRecord {
  const record = writer.mintedKey(text.trim().toUpperCase());
  if (record !== null) return record;
  throw new EstateError('not-found', 'The lab has not minted this key.');
}
