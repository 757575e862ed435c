import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../../transports/error-facts';
import { decodeText, fileLimits, readPlainFileUpTo } from '../../transports/local/bounded-file';
import { systemReason } from '../../transports/local/system-reason';
import { createFile } from '../../transports/local/durable-file';
import { ListenError } from './listen';
import { generateHostKey } from './ssh/host-keys';
import { generateCertificate } from './tls-certificate';

const identitySchema = z.object({
  hostKeys: z.array(z.object({ type: z.enum(['ed25519', 'rsa']), privateKey: z.string() })),
  certificate: z.object({ cert: z.string(), key: z.string() }),
});

/** Keys of a served machine: its SSH host keys and its HTTPS certificate. They stay, so that clients may know them. */
export type ServedIdentity = z.infer<typeof identitySchema>;

/**
 * Folder below the data directory with the keys of served machines, a file each. Nothing else writes there: the facts
 * of served KMS hosts are in a folder of their own.
 */
const identitiesFolder = 'identities';
/** Where the keys were before, among the files of served KMS hosts. */
const formerFolder = 'served';
const sharedKey = '_rsa-host-key';

/**
 * A machine's keys as they are kept below the data directory, or made and kept, readable by their owner alone. The RSA
 * key, which takes long to make, is the same for all machines of an estate, as for machines cloned from one image; the
 * others are each machine's own.
 * @throws ListenError where kept keys cannot be read: new ones in their place would look like another machine
 */
export async function servedIdentity(
  home: string,
  machine: { readonly name: string; readonly domain: string },
  now: number,
): Promise<ServedIdentity> {
  const folder = join(home, identitiesFolder);
  const name = machine.name.toLowerCase();
  const file = join(folder, `${name}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await takeOver(join(home, formerFolder), folder, name);
  const kept = readText(file);
  if (kept !== null) return identityOf(kept, file);
  const names = machine.domain === '' ? [name] : [name, `${name}.${machine.domain}`];
  const rsa = keptOnce(join(folder, sharedKey), () => generateHostKey('rsa', 'lab').privateKey);
  const made: ServedIdentity = {
    hostKeys: [generateHostKey('ed25519', name), { type: 'rsa', privateKey: rsa }],
    certificate: await generateCertificate(names, now),
  };
  return identityOf(
    keptOnce(file, () => JSON.stringify(made)),
    file,
  );
}

/** Brings the keys that an older version kept among the files of served KMS hosts. */
async function takeOver(from: string, to: string, name: string): Promise<void> {
  const former = join(from, `${name}.json`);
  const text = readText(former);
  // A file of that name may be the facts of a served KMS host instead.
  if (text !== null && parse(text) !== null) await moveTo(former, join(to, `${name}.json`));
  await moveTo(join(from, sharedKey), join(to, sharedKey));
}

/** Moves a file to a name that is free; one that is there stays what it is, and the former one is not lost. */
async function moveTo(former: string, file: string): Promise<void> {
  const text = readText(former);
  if (text !== null && createFile(file, text)) await rm(former, { force: true });
}

/** Text of a file that is made at first use and never again, whoever comes first. */
function keptOnce(file: string, make: () => string): string {
  const kept = readText(file);
  if (kept !== null) return kept;
  createFile(file, make());
  return textOf(file);
}

function readText(file: string): string | null {
  try {
    return textOf(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new ListenError(`the keys in ${file} cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

function textOf(file: string): string {
  return decodeText(readPlainFileUpTo(file, fileLimits.secret));
}

function identityOf(text: string, file: string): ServedIdentity {
  const identity = parse(text);
  if (identity !== null) return identity;
  throw new ListenError(
    `the keys in ${file} are damaged: put them back from a backup, or move the file away to get new ones`,
  );
}

function parse(text: string): ServedIdentity | null {
  try {
    const parsed = identitySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
