/**
 * Writes what is generated from the program's own tables: docs/reference (verbs, commands, options, products),
 * docs/schemas (JSON schemas of every --json document) and man/slmgr.1. With --check it writes nothing and ends
 * non-zero where a file is not up to date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { generatedFiles } from '../src/cli/manual/generated-files';

const root = dirname(__dirname);
const check = process.argv.includes('--check');
const files = generatedFiles();
const stale: string[] = [];

for (const [name, content] of files) {
  const path = join(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  stale.push(name);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

for (const folder of ['docs/reference', 'docs/schemas', 'man']) {
  const directory = join(root, folder);
  if (!existsSync(directory)) continue;
  for (const name of readdirSync(directory)) {
    const path = relative(root, join(directory, name));
    if (files.has(path)) continue;
    stale.push(path);
    if (!check) rmSync(join(root, path));
  }
}

if (check && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run "npm run docs".`);
  process.exitCode = 1;
} else {
  console.log(`${files.size} generated files, ${stale.length} ${check ? 'stale' : 'written'}`);
}
