import * as z from 'zod/mini';

const text = z.string().check(z.maxLength(65_536));
const short = z.string().check(z.maxLength(32_767));
const path = z
  .string()
  .check(z.maxLength(1024), z.regex(/^(?:[^\\\p{Cc}]{1,255}(?:\\[^\\\p{Cc}]{1,255})*)?$/u));
const valueName = z.string().check(z.maxLength(1024), z.regex(/^\P{Cc}*$/u));
const greatestQword = 2n ** 64n - 1n;
const qword = z.string().check(
  z.regex(/^\d{1,20}$/),
  z.refine((digits) => /^\d{1,20}$/.test(digits) && BigInt(digits) <= greatestQword),
);

/** A registry value as the channel carries it: a DWORD as a number, a QWORD in decimal, bytes in hexadecimal. */
const value = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SZ'), data: text }),
  z.object({ type: z.literal('EXPAND_SZ'), data: text }),
  z.object({ type: z.literal('MULTI_SZ'), data: z.array(text).check(z.maxLength(1000)) }),
  z.object({
    type: z.literal('DWORD'),
    data: z.number().check(z.int(), z.minimum(0), z.maximum(0xffff_ffff)),
  }),
  z.object({ type: z.literal('QWORD'), data: qword }),
  z.object({ type: z.literal('BINARY'), data: text.check(z.regex(/^(?:[0-9a-f]{2})*$/)) }),
]);

const request = z.discriminatedUnion('op', [
  z.object({ op: z.literal('query'), wql: short }),
  z.object({
    op: z.literal('invoke'),
    class: short,
    key: short,
    method: short,
    arguments: z.record(short, z.string().check(z.maxLength(1_000_000))),
  }),
  z.object({ op: z.literal('registry-read'), path }),
  z.object({ op: z.literal('registry-create'), path }),
  z.object({ op: z.literal('registry-delete'), path }),
  z.object({
    op: z.literal('registry-write'),
    path,
    name: valueName,
    ...{ type: z.string(), data: z.unknown() },
  }),
  z.object({ op: z.literal('registry-delete-value'), path, name: valueName }),
  z.object({ op: z.literal('services') }),
  z.object({ op: z.literal('service'), name: short, verb: z.enum(['start', 'stop']) }),
  z.object({ op: z.literal('identity') }),
  z.object({ op: z.literal('find-program'), name: short }),
  z.object({ op: z.literal('run'), line: z.string().check(z.maxLength(200_000)), input: z.string() }),
]);

/** What a script may ask of its machine. */
export type EngineRequest = z.infer<typeof request>;
/** A registry value that a script writes. */
export type EngineValue = z.infer<typeof value>;

/** Reads a request; null for what is none. */
export function readRequest(line: string): EngineRequest | null {
  try {
    const parsed = request.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Reads the value of a request that writes one; null for what is none. */
export function readValue(given: { readonly type: string; readonly data: unknown }): EngineValue | null {
  const parsed = value.safeParse({ type: given.type, data: given.data });
  return parsed.success ? parsed.data : null;
}
