/**
 * Runs the built program's end-to-end and store tests on other Nodes, which npm itself carries: jest runs in that
 * Node, and the tests start the program with it.
 * Usage: tsx scripts/compat.ts [--others | MAJOR...]   --others: all but the Node that runs this, and of the end-to-end
 * tests those in which Nodes differ, most of them on the newest Node alone. A MAJOR runs all of them.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const root = dirname(__dirname);
const all = ['20', '22', '24', '26'];

/** Path of a Node of that major version, or null where npm cannot bring it (no network). */
function nodeOf(major: string): string | null {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['-y', '-p', `node@${major}`, '--', 'node', '-p', 'process.execPath'],
    { encoding: 'utf8', timeout: 180_000 },
  );
  if (status === 0) return stdout.trim();
  console.log(`Node ${major}: cannot be had here: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return null;
}

const storeTests = 'test/lab/store';
/** Where every Node has something of its own: kept code, and a store by the SQLite that Node carries. */
const everywhere = ['compile-cache', 'package'];
/** Where Nodes may differ, tried on the newest alone when time is short: start, sockets, child processes. */
const onTheNewest = ['store-errors', 'remote', 'kms-serve', 'output'];

function testsWith(node: string, tests: readonly string[]): boolean {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const { status } = spawnSync(node, [jest, ...tests, storeTests], {
    cwd: root,
    stdio: 'inherit',
    timeout: 1_800_000,
  });
  return status === 0;
}

/** The tests for a Node in a run with `--others`. */
function telling(major: string): readonly string[] {
  const names = major === all.at(-1) ? [...everywhere, ...onTheNewest] : everywhere;
  return names.map((name) => `test/e2e/${name}`);
}

let failed = 0;
let tried = 0;
const wanted = process.argv.slice(2);
const others = all.filter((major) => !process.versions.node.startsWith(`${major}.`));
const majors = wanted[0] === '--others' ? others : wanted.length > 0 ? wanted : all;
for (const major of majors) {
  const node = nodeOf(major);
  if (node === null) continue;
  tried += 1;
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n== Node ${version}`);
  if (!testsWith(node, wanted[0] === '--others' ? telling(major) : ['test/e2e'])) failed += 1;
}
console.log(`\ncompat: ${tried - failed} of ${tried} Node versions passed`);
process.exitCode = failed === 0 && tried > 0 ? 0 : 1;
