import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const instance = z.record(z.string(), value);
const effect = z.union([
  z.object({ product: z.string(), set: instance }).strict(),
  z.object({ service: instance }).strict(),
]);

const activationObject = z.object({
  displayName: z.string().nullable(),
  distinguishedName: z.string(),
  'msSPP-CSVLKSkuId': z.string().nullable(),
  'msSPP-CSVLKPid': z.string().nullable(),
  'msSPP-CSVLKPartialProductKey': z.string().nullable(),
});

const machine = z
  .object({
    service: instance,
    products: z.array(instance),
    tokenLicenses: z.array(instance).default([]),
    certificates: z.array(z.string()).default([]),
    activationObjects: z.union([z.literal('unsupported'), z.array(activationObject)]).default([]),
    domain: z.string().default('corp.contoso.com'),
    registryReturns: z.record(z.string(), z.number()).default({}),
    adInstallationId: z.string().default(''),
    licenseFileText: z.string().default('<r:license/>'),
    licenseFiles: z.array(z.string()).default([]),
    missingProductProperties: z.array(z.string()).default([]),
  })
  .strict();

const conformanceCase = z
  .object({
    name: z.string(),
    argv: z.array(z.string()),
    now: z.string(),
    machine,
    failures: z.record(z.string(), z.string()).default({}),
    effects: z.record(z.string(), z.array(effect)).default({}),
    expected: z.object({ stdout: z.string(), exitCode: z.number(), calls: z.array(z.string()) }).strict(),
  })
  .strict();

/** One case of the corpus. */
export type ConformanceCase = z.infer<typeof conformanceCase>;
export type CaseMachine = ConformanceCase['machine'];
export type Effect = z.infer<typeof effect>;

/** What a run of a case brought forth, to be compared with what Windows' script did. */
export type Observed = ConformanceCase['expected'];

/** Reads every case file (`*.json`) of a folder, in the order of the names. */
export function readCases(folder: string): readonly ConformanceCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => readCaseFile(join(folder, name)));
}

function readCaseFile(path: string): readonly ConformanceCase[] {
  const parsed = z.array(conformanceCase).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no case file:\n${z.prettifyError(parsed.error)}`);
}
