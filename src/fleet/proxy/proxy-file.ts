import * as z from 'zod';
import { boundedList } from '../../licensing/bounded-schema';
import { isInstallationId } from './confirmation-id';
import { gradedEntry, proxyGrades, type ProxyEntry, type ProxyList } from './proxy-list';

/** A file of proxy activation that cannot be used; the message says why, without the file's name. */
export class ProxyFileError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ProxyFileError';
  }
}

/** So many machines' requests a list may have. */
export const mostEntries = 1_000_000;
const text = z.string().max(1000).nullable().default(null);
const uuid = z.string().regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, 'is no identifier');

const entrySchema = z.strictObject({
  id: uuid,
  installationId: z.string().max(100).refine(isInstallationId, 'is no installation ID'),
  product: uuid,
  confirmationId: z
    .string()
    .regex(/^\d{48}$/, 'is no confirmation ID of 48 digits')
    .nullable(),
  productName: text,
  applicationId: text,
  channel: text,
  partialKey: z.string().max(5).nullable().default(null),
  system: text,
  build: text,
  machine: text,
});

const fileSchema = z.strictObject({
  format: z.literal('slmgr-proxy'),
  version: z.literal(1),
  grade: z.enum(proxyGrades),
  entries: boundedList(entrySchema, mostEntries),
});

/** Whether a text is a file of this program's, and not a CIL or a table. */
export function isProxyText(content: string): boolean {
  return /^\s*\{/.test(content);
}

/** A list as a file: JSON, without what its grade leaves out. */
export function writeProxyFile({ grade, entries }: ProxyList): string {
  const rows = entries.map((entry) =>
    Object.fromEntries(
      Object.entries(gradedEntry(entry, grade)).filter(
        ([name, value]) => value !== null || name === 'confirmationId',
      ),
    ),
  );
  return `${JSON.stringify({ format: 'slmgr-proxy', version: 1, grade, entries: rows }, null, 1)}\n`;
}

/** Reads such a file. @throws ProxyFileError where it is none, was cut short, or has an entry twice */
export function readProxyFile(content: string): ProxyList {
  const parsed = fileSchema.safeParse(jsonOf(content));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ProxyFileError(
      `${(issue?.path ?? []).map(String).join('.')} ${issue?.message ?? 'is not understood'}`.trim(),
    );
  }
  const { grade, entries } = parsed.data;
  return { grade, entries: refuseDoubles(entries) };
}

/** One entry for each id. @throws ProxyFileError */
export function refuseDoubles(entries: readonly ProxyEntry[]): readonly ProxyEntry[] {
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (seen.has(id)) throw new ProxyFileError(`the id ${id} is in it twice`);
    seen.add(id);
  }
  return entries;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new ProxyFileError('it is no JSON: it was cut short or changed by hand', { cause });
  }
}
