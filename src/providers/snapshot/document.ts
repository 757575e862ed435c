import * as z from 'zod';
import { boundedList, boundedRecord } from '../../licensing/bounded-schema';
import { hresult } from '../../licensing/hresult';
import { schemaMistake } from '../../licensing/schema-mistake';
import { LicensingError, type CimValue } from '../../licensing/provider';

/** The largest snapshot that is read, in characters: a machine with every product is about a megabyte. */
export const snapshotLimit = 64 * 1024 * 1024;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** PowerShell writes dates as text, as `/Date(ms)/`, or as an object with the text or the ticks. */
const dateObject = z.looseObject({ value: scalar.optional(), DateTime: z.string().optional() });
const exported = z.union([scalar, z.array(scalar), dateObject]);
const instance = boundedRecord(z.string(), exported.catch(null), 10_000);
/** Instances of a class, far more than a machine with every product has. */
const instances = z.preprocess((value) => listOf(value), boundedList(instance, 100_000));
const texts = z.preprocess((value) => listOf(value), boundedList(z.string(), 100_000));

const activationObject = z.looseObject({
  displayName: z.string().nullable().default(null),
  distinguishedName: z.string(),
  'msSPP-CSVLKSkuId': z.string().nullable().default(null),
  'msSPP-CSVLKPid': z.string().nullable().default(null),
  'msSPP-CSVLKPartialProductKey': z.string().nullable().default(null),
});

/** The shape of a snapshot: the licensing instances of one machine. */
const snapshotSchema = z.looseObject({
  schema: z.string().optional(),
  machine: z.string().optional().describe('Name of the machine'),
  capturedAt: exported.optional().describe('When the snapshot was taken; the "now" of /xpr'),
  service: z.preprocess((value) => oneOf(value), instance),
  products: instances,
  tokenLicenses: instances.optional(),
  certificates: texts.optional().describe('thumbprint|subject|issuer|from|to'),
  activationObjects: z
    .union([
      z.literal('unsupported'),
      z.preprocess((value) => listOf(value), boundedList(activationObject, 100_000)),
    ])
    .optional(),
  domain: z.string().nullish(),
  missingProductProperties: boundedList(z.string(), 10_000)
    .optional()
    .describe('Properties that this build of Windows does not have'),
});

export type SnapshotDocument = z.infer<typeof snapshotSchema>;
export type SnapshotInstance = SnapshotDocument['service'];

const badData = hresult(0x8007000d);

/** Reads the text of a snapshot; a {@link LicensingError} with 0x8007000D that says what is wrong with it. */
export function parseSnapshot(text: string, name: string): SnapshotDocument {
  if (text.length > snapshotLimit) {
    throw new LicensingError(badData, `${name} is too large for a snapshot of one machine.`);
  }
  const parsed = snapshotSchema.safeParse(machineOf(parseJson(text, name)), { error: schemaMistake });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = z.core.toDotPath(issue?.path ?? []);
  const mistake = `${place} ${issue?.message ?? 'is not understood'}`.trim();
  throw new LicensingError(badData, `${name} is no snapshot of a machine: ${mistake}.`);
}

/** A value of an instance as the port carries it; dates become DMTF text where `isDate`. */
export function unwrap(value: SnapshotInstance[string] | undefined): CimValue {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object') return value;
  return value.value ?? value.DateTime ?? null;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LicensingError(badData, `${name} holds no JSON: ${reason}`, { cause: error });
  }
}

/** The machine of a conformance case is taken out of it; first letters of the names may be written large. */
function machineOf(value: unknown, isInner = false): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, field]): [string, unknown] => [
    name.charAt(0).toLowerCase() + name.slice(1),
    field,
  ]);
  const fields: Record<string, unknown> = Object.fromEntries(entries);
  const { machine } = fields;
  const isCase = !isInner && typeof machine === 'object' && machine !== null && !('service' in fields);
  return isCase ? machineOf(machine, true) : fields;
}

function oneOf(value: unknown): unknown {
  const list: unknown = listOf(value);
  return Array.isArray(list) ? list[0] : list;
}

/** ConvertTo-Json writes a list of one as the one, and none as nothing. */
function listOf(value: unknown): unknown {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
