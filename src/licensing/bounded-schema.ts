import * as z from 'zod';
import { schemaMistake, toldMistake } from './schema-mistake';

/**
 * A list of at most `most` items that is read to its first mistake and no further: zod's own list notes a mistake for every
 * item, which for millions of them takes gigabytes.
 */
export function boundedList<T>(item: z.ZodType<T>, most: number): z.ZodType<T[]> {
  return z.unknown().transform((value, context) => {
    if (!Array.isArray(value)) return refused(context, value, 'must be a list', []);
    if (value.length > most) return refused(context, value.length, `has more than ${most} items`, []);
    const items: T[] = [];
    for (const [at, each] of (value as readonly unknown[]).entries()) {
      const parsed = item.safeParse(each, { error: schemaMistake });
      if (!parsed.success) return passOn(context, each, parsed.error, at);
      items.push(parsed.data);
    }
    return items;
  });
}

/** The same for an object with names of its own. */
export function boundedRecord<T>(
  name: z.ZodType<string>,
  item: z.ZodType<T>,
  most: number,
): z.ZodType<Record<string, T>> {
  return z.unknown().transform((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refused(context, value, 'must be a mapping (name: value)', []);
    const entries = Object.entries(value as Record<string, unknown>);
    if (entries.length > most) return refused(context, entries.length, `has more than ${most} names`, []);
    const items: [string, T][] = [];
    for (const [key, each] of entries) {
      const named = name.safeParse(key, { error: schemaMistake });
      if (!named.success) return passOn(context, key, named.error, key);
      const parsed = item.safeParse(each, { error: schemaMistake });
      if (!parsed.success) return passOn(context, each, parsed.error, key);
      items.push([key, parsed.data]);
    }
    return Object.fromEntries(items);
  });
}

type Context = z.core.$RefinementCtx;

function passOn(context: Context, input: unknown, error: z.ZodError, at: PropertyKey): never {
  const first = toldMistake(error.issues);
  return refused(context, input, first?.message ?? 'is not understood', [at, ...(first?.path ?? [])]);
}

function refused(context: Context, input: unknown, message: string, path: PropertyKey[]): never {
  context.issues.push({ code: 'custom', input, message, path });
  return z.NEVER;
}
