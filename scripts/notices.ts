import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Metafile } from 'esbuild';

const licenceFile = /^(?:licen[cs]e|copying|notice|copyright)/i;
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** A package whose code is in what was built. */
export interface BundledPackage {
  /** From the root of the repository. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** The texts that come with it, each once. */
  readonly licences: readonly string[];
}

/**
 * The packages of which code is in the outputs, by name and version.
 * @throws Error that names a package without the text of its licence
 */
export function bundledPackages({ outputs }: Metafile, root: string): readonly BundledPackage[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = new Set(used.flatMap(([path]) => packageFolder.exec(path)?.[1] ?? []));
  return [...folders]
    .map((folder) => bundledPackage(folder, root))
    .toSorted((left, right) => (titleOf(left) < titleOf(right) ? -1 : 1));
}

function bundledPackage(folder: string, root: string): BundledPackage {
  const path = join(root, folder);
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const files = readdirSync(path).filter((file) => licenceFile.test(file));
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n').trim());
  const own = [...new Set(texts)].filter((text) => text !== '');
  const licences = own.length > 0 ? own : readmeLicence(path);
  if (licences.length === 0) throw new Error(`${folder} comes without the text of its licence.`);
  return { folder, name, version, licences };
}

/** Some packages have the text at the end of their README alone: what stands there below the heading, where it is one. */
function readmeLicence(path: string): readonly string[] {
  const readme = readdirSync(path).find((file) => /^readme\b/i.test(file));
  const text = readme === undefined ? '' : readFileSync(join(path, readme), 'utf8').replaceAll('\r\n', '\n');
  const section = /^#+ *licen[cs]e *\n((?:(?!#).*(?:\n|$))*)/im.exec(text)?.[1]?.trim() ?? '';
  return /copyright/i.test(section) && /permission/i.test(section) ? [section] : [];
}

function titleOf({ name, version }: BundledPackage): string {
  return `${name} ${version}`;
}

/** The text of THIRD-PARTY-NOTICES. */
export function noticesText(packages: readonly BundledPackage[]): string {
  const rule = '='.repeat(80);
  const parts = packages.map((each) => [rule, titleOf(each), rule, '', ...each.licences].join('\n'));
  return `The files in dist contain code of ${packages.length} packages. Their licences follow.\n\n${parts.join('\n\n')}\n`;
}
