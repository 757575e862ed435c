import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { exportEstate, importEstate } from '../../../lab/estate/archive';
import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';
import { defineCommand, type CommandContext } from '../../framework/command';
import { Refusal } from '../../refusal';
import { flag, text } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';

/** Greatest file that `lab import` reads: Node's texts are no longer. */
const limitBytes = 512_000_000;

/** slmgr lab export FILE */
export const labExport = defineCommand({
  name: 'lab export',
  summary: 'Write the whole estate into one file',
  description: 'The file is JSON. It holds no password, but hashes of them, and everything else.',
  positionals: [{ name: 'file', summary: 'File to write; - for standard output' }],
  options: [],
  examples: [{ line: 'slmgr lab export estate.json', does: 'a copy to keep or to give away' }],
  data: z.object({ file: z.string(), machines: z.int() }),
  input: z.object({ file: text }),
  run: async ({ file }, context) => {
    const exported = await withLaboratory(context, exportEstate);
    if (file === '-') {
      context.console.out(exported.text);
      return null;
    }
    try {
      writeFileSync(file, exported.text, { mode: 0o600 });
    } catch (error) {
      throw fileRefusal('written', file, error);
    }
    const data = { file, machines: exported.machines };
    return { data, text: () => `Wrote ${exported.machines} machines to ${file}.\n` };
  },
});

/** slmgr lab import FILE */
export const labImport = defineCommand({
  name: 'lab import',
  summary: 'Make the estate that a file holds',
  description: 'Refuses to overwrite an estate without --force.',
  positionals: [{ name: 'file', summary: 'File that "lab export" wrote; - for standard input' }],
  options: ['force'],
  examples: [{ line: 'slmgr lab import estate.json --force', does: 'replaces the estate that is there' }],
  data: z.object({ file: z.string(), machines: z.int() }),
  input: z.object({ file: text, force: flag }),
  run: async ({ file, force }, context) => {
    const content = await readFile(file, context);
    const { machines } = await withLaboratory(context, (laboratory) =>
      importEstate(laboratory, content, { force }),
    );
    return { data: { file, machines }, text: () => `Read ${machines} machines from ${file}.\n` };
  },
});

async function readFile(file: string, context: CommandContext): Promise<string> {
  if (file === '-') return context.console.readInput(limitBytes);
  try {
    return decodeText(readFileUpTo(file, limitBytes));
  } catch (error) {
    throw fileRefusal('read', file, error);
  }
}

function fileRefusal(what: 'read' | 'written', file: string, error: unknown): Refusal {
  const detail = error instanceof Error ? error.message : String(error);
  return new Refusal(`${file} cannot be ${what}: ${detail}`, { cause: error });
}
