/**
 * Writes the PowerShell texts of the bridge into a module, so that the bundle carries them. The module is not kept in
 * the repository: "npm run generate" makes it, and build, tests, types and lint call that first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  const file = join(folder, 'licensing-script.ts');
  const text = moduleText(read('licensing.ps1'), read('loader.ps1'));
  // What is right already keeps its time, which caches go by.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}
