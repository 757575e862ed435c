import * as z from 'zod';
import { documentSchema } from '../output/document';

/** The document around every command's data. `data` is null where the command line was refused or failed. */
export function documentEnvelope(verb: string, data: z.ZodType): z.ZodType {
  return z.object({
    schema: z.literal(documentSchema),
    verb: z.literal(verb),
    target: z.object({ kind: z.string(), machine: z.string() }).nullable(),
    ok: z.boolean(),
    exitCode: z.int(),
    hresult: z
      .string()
      .regex(/^0x[0-9A-F]{8}$/)
      .nullable(),
    messages: z.array(z.string()),
    data: data.nullable(),
  });
}
