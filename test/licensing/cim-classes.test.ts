import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  keyOfClass,
  methodsOfClass,
  productProperties,
  serviceProperties,
  tokenLicenseProperties,
} from '../../src/licensing/cim-classes';
import { expectedReads, firstRead } from '../../src/providers/windows/expected-reads';
import { verbs } from '../../src/verbs/table';

const root = join(__dirname, '..', '..');
const reference = join(root, '..', 'shared', 'reference', 'wmi-classes.json');
const there = existsSync(reference);
const testWithReference = there ? test : test.skip;
const note = there ? '' : ' (skipped: no ../shared/reference/wmi-classes.json)';

interface Member {
  readonly name: string;
  readonly parameters?: readonly { readonly name: string }[];
}
interface DocumentedClass {
  readonly name: keyof typeof methodsOfClass;
  readonly properties: readonly Member[];
  readonly methods: readonly Member[];
}

const documented = (): readonly DocumentedClass[] =>
  (JSON.parse(readFileSync(reference, 'utf8')) as { readonly classes: readonly DocumentedClass[] }).classes;

const used = {
  SoftwareLicensingService: serviceProperties,
  SoftwareLicensingProduct: productProperties,
  SoftwareLicensingTokenActivationLicense: tokenLicenseProperties,
} as const;

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(?:ts|ps1)$/.test(entry.name) ? [path] : [];
  });
}

describe('the licensing classes as they are documented', () => {
  testWithReference(
    `every property, method and parameter is one of its class, letter for letter${note}`,
    () => {
      for (const one of documented()) {
        const properties = one.properties.map(({ name }) => name);
        expect(properties).toEqual(expect.arrayContaining([...used[one.name], keyOfClass[one.name]]));
        const methods = new Map(one.methods.map(({ name, parameters }) => [name, parameters ?? []]));
        for (const [name, parameters] of Object.entries(methodsOfClass[one.name])) {
          expect([...methods.keys()]).toContain(name);
          const names = (methods.get(name) ?? []).map((parameter) => parameter.name);
          expect(names).toEqual(
            expect.arrayContaining((parameters as readonly (readonly string[])[]).map(([own]) => own)),
          );
        }
      }
    },
  );

  testWithReference(`no source spells a member of the classes in another case${note}`, () => {
    const names = documented().flatMap(({ properties, methods }) => [
      ...properties.map(({ name }) => name),
      ...methods.flatMap(({ name, parameters }) => [name, ...(parameters ?? []).map((own) => own.name)]),
    ]);
    const exact = new Set(names);
    const loose = new Set(names.filter((name) => /[a-z][A-Z]/.test(name)).map((name) => name.toLowerCase()));
    const wrong = sources(join(root, 'src')).flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/['"`]([A-Z]\w{3,})['"`]|\.([A-Z]\w{3,})\b/g)]
        .map(([, quoted, member]) => quoted ?? member ?? '')
        .filter((word) => loose.has(word.toLowerCase()) && !exact.has(word))
        .map((word) => `${path}: ${word}`),
    );
    expect(wrong).toEqual([]);
  });

  test('no verb reads what a class does not have, nor the key of the firmware', () => {
    for (const { name } of verbs) {
      for (const args of [[], ['all'], ['x', '00000000-0000-0000-0000-000000000000']]) {
        const reads = [firstRead({ name, args }), ...expectedReads({ name, args })];
        for (const read of reads) {
          if (read.op !== 'query') continue;
          const known: readonly string[] = used[read.class as keyof typeof used];
          expect(known).toEqual(expect.arrayContaining([...read.select]));
          expect(read.select.filter((property) => /^OA[23]/.test(property))).toEqual([]);
        }
      }
    }
  });
});
