import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { generateHostKeys } from './ssh/host-keys';
import { generateCertificate } from './tls-certificate';

const identitySchema = z.object({
  hostKeys: z.array(z.object({ type: z.enum(['ed25519', 'rsa']), privateKey: z.string() })),
  certificate: z.object({ cert: z.string(), key: z.string() }),
});

/** Keys of a served machine: its SSH host keys and its HTTPS certificate. They stay, so that clients may know them. */
export type ServedIdentity = z.infer<typeof identitySchema>;

/** Reads a machine's keys from the folder, or makes and keeps them, readable by their owner alone. */
export async function servedIdentity(
  folder: string,
  machine: { readonly name: string; readonly domain: string },
  now: number,
): Promise<ServedIdentity> {
  const file = join(folder, `${machine.name.toLowerCase()}.json`);
  const kept = await readIdentity(file);
  if (kept !== null) return kept;
  const name = machine.name.toLowerCase();
  const names = machine.domain === '' ? [name] : [name, `${name}.${machine.domain}`];
  const made = { hostKeys: [...generateHostKeys(name)], certificate: await generateCertificate(names, now) };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${String(process.pid)}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  await rename(draft, file);
  return made;
}

async function readIdentity(file: string): Promise<ServedIdentity | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return null;
  }
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
