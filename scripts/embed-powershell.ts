/**
 * Writes the PowerShell texts of the bridge into a module, so that the bundle carries them:
 *     npx tsx scripts/embed-powershell.ts
 * A test says when the module and the .ps1 files differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', 'src', 'providers', 'windows', 'bridge');

function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return '`' + escaped + '`';
}

/** The module's text for the two scripts. */
export function moduleText(licensing: string, loader: string): string {
  return [
    '/* Written by scripts/embed-powershell.ts from licensing.ps1 and loader.ps1: change those. */',
    '/* eslint-disable max-lines -- the text of a script */',
    '',
    `export const licensingScript = ${literal(licensing)};`,
    '',
    `export const loaderScript = ${literal(loader)};`,
    '',
  ].join('\n');
}

if (require.main === module) {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
  writeFileSync(join(folder, 'licensing-script.ts'), moduleText(read('licensing.ps1'), read('loader.ps1')));
}
