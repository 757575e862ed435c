/**
 * Writes the PowerShell texts of the bridge, and those of a served machine's engine, into modules, so that the bundles
 * carry them. The modules are not kept in the repository: "npm run generate" makes them, and build, tests, types and
 * lint call that first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = join(__dirname, '..', 'src');

interface Embedded {
  /** The module, and the folder of its texts, below src. */
  readonly module: string;
  readonly folder: string;
  /** Name of each constant, and the file whose text it is. */
  readonly texts: readonly (readonly [name: string, file: string])[];
}

const modules: readonly Embedded[] = [
  {
    module: 'providers/windows/bridge/licensing-script.ts',
    folder: 'providers/windows/bridge',
    texts: [
      ['licensingScript', 'licensing.ps1'],
      ['loaderScript', 'loader.ps1'],
    ],
  },
  {
    module: 'serve/powershell/engine-texts.ts',
    folder: 'serve/powershell/texts',
    texts: [
      ['machineClasses', 'machine.cs'],
      ['registryClasses', 'registry.cs'],
      ['serviceClasses', 'services.cs'],
      ['compilerClasses', 'compiler.cs'],
      ['ansibleProcess', 'ansible-process.cs'],
      ['ansibleServices', 'ansible-services.cs'],
      ['compileScript', 'compile.ps1'],
      ['machineModule', 'machine.psm1'],
    ],
  },
];

function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return '`' + escaped + '`';
}

/** A module's text for its texts. */
export function moduleText(texts: readonly (readonly [name: string, file: string, text: string])[]): string {
  const files = texts.map(([, file]) => file).join(' and ');
  const constants = texts.flatMap(([name, , text]) => ['', `export const ${name} = ${literal(text)};`]);
  return [
    `/* Written by scripts/embed-powershell.ts from ${files}: change those. */`,
    '/* eslint-disable max-lines -- the text of a script */',
    ...constants,
    '',
  ].join('\n');
}

if (require.main === module) {
  for (const each of modules) {
    const read = (name: string): string =>
      readFileSync(join(source, each.folder, name), 'utf8').replaceAll('\r\n', '\n');
    const file = join(source, each.module);
    const text = moduleText(each.texts.map(([name, from]) => [name, from, read(from)]));
    // What is right already keeps its time, which caches go by.
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}
