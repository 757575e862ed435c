import * as z from 'zod';
import type { InventoryMachine } from './machine';
import { storedName } from './stored-name';
import type { MachineWay } from './way';

/** Name and version of a line of an exported inventory. */
const machineLineSchema = 'slmgr.fleet-machine/1';

/** A machine of an exported inventory: all that is known of it but its number here and its history. */
export interface ExportedMachine extends Omit<InventoryMachine, 'id'> {
  readonly way: MachineWay | null;
}

/** What a table tells of a machine that is taken over: what machines say of themselves is read from them alone. */
export type NamedMachine = Pick<ExportedMachine, 'name' | 'way' | 'tags'>;

/** What is imported of a machine: all that was exported, or its name, way and tags alone. */
export type ImportedMachine = ExportedMachine | NamedMachine;

const seconds = z.int().min(0).max(32_503_680_000);
const short = z.string().max(100_000);
const shortOrNull = short.nullable();
const count = z
  .int()
  .min(-1)
  .max(2 ** 31 - 1)
  .nullable();

const product = z.strictObject({
  activationId: short,
  applicationId: short,
  name: short,
  channel: shortOrNull,
  partialKey: z.string().max(5, 'holds more of a key than its last five characters').nullable(),
  status: z.int().min(-1).max(100),
  reason: shortOrNull,
  expires: seconds.nullable(),
  isAddon: z.boolean(),
  kmsHost: shortOrNull,
  rearms: count,
  hostCount: count,
});

/** The way to a machine in a file. */
export const wayInFile: z.ZodType<MachineWay> = z.strictObject({
  via: z.enum(['lab', 'ssh', 'winrm', 'winrms', 'file']),
  address: z
    .string()
    .max(255)
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9._:%-]*$|^[0-9A-Fa-f:][0-9A-Fa-f:.%A-Za-z0-9_-]*$/,
      'is no host name or IP address',
    )
    .nullable(),
  user: z
    .string()
    .max(256)
    .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'is no name of a user')
    .nullable(),
  port: z.int().min(1).max(65_535).nullable(),
});

/** Tags in a file: what `fleet tag` takes. */
export const tagsInFile = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'is no key of a tag'),
  z.string().regex(/^[^\r\n\0]{1,200}$/, 'is no value of a tag'),
);

const line = z.strictObject({
  schema: z.literal(machineLineSchema),
  name: storedName,
  uuid: shortOrNull,
  cmid: shortOrNull,
  kind: shortOrNull,
  system: shortOrNull,
  build: shortOrNull,
  edition: shortOrNull,
  kmsSet: shortOrNull,
  rearms: count,
  status: z.int().min(-1).max(100).nullable(),
  expires: seconds.nullable(),
  firstSeen: seconds,
  lastSeen: seconds.nullable(),
  lastTried: seconds,
  failure: z
    .strictObject({ at: seconds, step: shortOrNull, hresult: shortOrNull, message: z.string().max(100_000) })
    .nullable(),
  way: wayInFile.nullable(),
  tags: tagsInFile,
  products: z.array(product).max(1000),
});

/** A machine as a line of NDJSON. */
export function machineLine(machine: ExportedMachine): string {
  const facts: Partial<InventoryMachine> = { ...machine };
  delete (facts as { id?: number }).id;
  return JSON.stringify({ schema: machineLineSchema, ...facts });
}

/** Reads a line of NDJSON; a text says what is wrong with it. */
export function readMachineLine(text: string): ExportedMachine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const read = line.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not the expected shape'}`;
  }
  const machine: Partial<typeof read.data> = { ...read.data };
  delete machine.schema;
  return machine as ExportedMachine;
}
