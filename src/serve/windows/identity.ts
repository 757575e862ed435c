import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { generateHostKey } from './ssh/host-keys';
import { generateCertificate } from './tls-certificate';

const identitySchema = z.object({
  hostKeys: z.array(z.object({ type: z.enum(['ed25519', 'rsa']), privateKey: z.string() })),
  certificate: z.object({ cert: z.string(), key: z.string() }),
});

/** Keys of a served machine: its SSH host keys and its HTTPS certificate. They stay, so that clients may know them. */
export type ServedIdentity = z.infer<typeof identitySchema>;

/**
 * Reads a machine's keys from the folder, or makes and keeps them, readable by their owner alone. The RSA key, which takes
 * long to make, is the same for all machines of an estate, as for machines cloned from one image; the others are each machine's own.
 */
export async function servedIdentity(
  folder: string,
  machine: { readonly name: string; readonly domain: string },
  now: number,
): Promise<ServedIdentity> {
  const name = machine.name.toLowerCase();
  const file = join(folder, `${name}.json`);
  const kept = await readIdentity(file);
  if (kept !== null) return kept;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = machine.domain === '' ? [name] : [name, `${name}.${machine.domain}`];
  const rsa = await keptOnce(join(folder, '_rsa-host-key'), () => generateHostKey('rsa', 'lab').privateKey);
  const made: ServedIdentity = {
    hostKeys: [generateHostKey('ed25519', name), { type: 'rsa', privateKey: rsa }],
    certificate: await generateCertificate(names, now),
  };
  await keptOnce(file, () => JSON.stringify(made));
  return (await readIdentity(file)) ?? made;
}

/** Text of a file that is made at first use and never again, whoever comes first. */
async function keptOnce(file: string, make: () => string): Promise<string> {
  const kept = await readText(file);
  if (kept !== null) return kept;
  const draft = `${file}.${String(process.pid)}`;
  await writeFile(draft, make(), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return await readFile(file, 'utf8');
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

async function readIdentity(file: string): Promise<ServedIdentity | null> {
  const text = await readText(file);
  if (text === null) return null;
  const parsed = identitySchema.safeParse(json(text));
  return parsed.success ? parsed.data : null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
