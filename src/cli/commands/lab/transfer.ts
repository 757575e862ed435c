import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { exportEstate, importEstate } from '../../../lab/estate/archive';
import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { defineCommand, type CommandContext } from '../../framework/command';
import { writeNamedFile } from '../../output/named-file';
import { Refusal } from '../../refusal';
import { flag, text } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';

/** Greatest file that `lab import` reads: Node's texts are no longer. */
const limitBytes = 512_000_000;

/** slmgr lab export FILE */
export const labExport = defineCommand({
  name: 'lab export',
  summary: 'Write the whole estate into one file',
  description:
    'The file is JSON, compressed with gzip where its name ends in .gz. It holds no password, but hashes of them, and ' +
    'everything else; --without-log leaves out the event logs of machines and the request logs of KMS hosts. It is for its ' +
    'owner alone, and takes the place of an older one only when it is whole.',
  positionals: [{ name: 'file', summary: 'File to write; - for standard output', holds: 'file' }],
  options: ['without-log'],
  examples: [
    { line: 'slmgr lab export estate.json', does: 'a copy to keep or to give away' },
    { line: 'slmgr lab export estate.json.gz --without-log', does: 'a small one' },
  ],
  data: z.object({ file: z.string(), machines: z.int() }),
  input: z.object({ file: text, 'without-log': flag }),
  run: async ({ file, 'without-log': withoutLog }, context) => {
    const exported = await withLaboratory(context, (laboratory) => exportEstate(laboratory, { withoutLog }));
    if (file === '-') {
      context.console.out(exported.text);
      return null;
    }
    writeNamedFile(file, /\.gz$/i.test(file) ? gzipSync(exported.text) : exported.text);
    const data = { file, machines: exported.machines };
    return { data, text: () => `Wrote ${exported.machines} machines to ${file}.\n` };
  },
});

/** slmgr lab import FILE */
export const labImport = defineCommand({
  name: 'lab import',
  summary: 'Make the estate that a file holds',
  description:
    'Refuses to overwrite an estate without --force. A file that gzip packed is read by its content.',
  positionals: [
    { name: 'file', summary: 'File that "lab export" wrote; - for standard input', holds: 'file' },
  ],
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
    return decodeText(unpacked(readFileUpTo(file, limitBytes)));
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}

/** What gzip packed begins with 1F 8B, whatever its name is; it grows no further than a file that is not packed may. */
function unpacked(bytes: Buffer): Buffer {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPacked ? gunzipSync(bytes, { maxOutputLength: limitBytes }) : bytes;
}
