/**
 * Builds dist/: one small CommonJS file that starts quickly, and a sibling for each part that loads at first use.
 * src/cli/bundles.ts is the list of those parts; each of its requires becomes `require('./<name>.js')`, and so does
 * that of the targets file, whose YAML only those load who have such a file. THIRD-PARTY-NOTICES has the licences of
 * the packages whose code is in these files.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundledPackages, noticesText } from './notices';

const root = dirname(__dirname);
const dist = join(root, 'dist');
const lazyList = join(root, 'src/cli/bundles.ts');
const targetsFile = join(root, 'src/remote/targets-file.ts');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

/** Packages that stay outside: native code, optional at run time. */
const external = ['better-sqlite3', 'cpu-features', './crypto/build/Release/sshcrypto.node', 'kerberos'];

/** Largest size of the first file in bytes: it is read at every start. */
const leanLimit = 200_000;

/** The parts named in src/cli/bundles.ts: name of the bundle by source file. */
function lazyParts(): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  const text = readFileSync(lazyList, 'utf8');
  for (const [, name = '', path = ''] of text.matchAll(/^ {2}(\w+): \(\).*?\brequire\('([^']+)'\)/gm)) {
    parts.set(`${resolve(dirname(lazyList), path)}.ts`, name);
  }
  if (parts.size === 0) throw new Error(`${lazyList} names no part.`);
  return parts.set(targetsFile, 'targets');
}

/** Turns the requires of parts into requires of sibling files. */
function siblings(parts: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'siblings',
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        if (kind !== 'require-call') return undefined;
        const name = parts.get(`${resolve(resolveDir, path)}.ts`);
        return name === undefined ? undefined : { path: `./${name}.js`, external: true };
      });
    },
  };
}

/**
 * Takes from Node's modules what is used of them. Without it each file that imports one copies all its properties at
 * the start: for the remote part that was a fifteenth of a command's time.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(createRequire(__filename)(path) as object).filter((name) =>
        /^\w+$/.test(name),
      );
      const take = names.map((name, at) => `const v${at} = /* @__PURE__ */ (() => all.${name})();`);
      const give = names.map((name, at) => `v${at} as ${name}`);
      return {
        contents: `const all = require('${path}');\n${take.join('\n')}\nexport { all as default, ${give.join(', ')} };`,
        resolveDir: root,
      };
    });
  },
};

/**
 * ssh2 by its parts, each loaded when it is touched: a client needs no server, no HTTP agents with HTTP and TLS, no
 * SFTP (a served machine has its server's part), and the code for passphrases only where a key has one.
 */
const ssh2Parts: Plugin = {
  name: 'ssh2-parts',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^ssh2$/ }, ({ importer }) => ({
      path: importer.includes('serve') ? 'both' : 'client',
      namespace: 'ssh2-parts',
    }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'ssh2-parts' }, ({ path }) => ({
      contents: `module.exports = {
        ${path === 'client' ? '' : "get Server() { require('ssh2/lib/protocol/SFTP.js').SFTP = require('sftp-itself').SFTP; return require('ssh2/lib/server.js'); },"}
        get Client() { return require('ssh2/lib/client.js'); },
        utils: {
          ${path === 'client' ? '' : "get generateKeyPairSync() { return require('ssh2/lib/keygen.js').generateKeyPairSync; },"}
          get parseKey() { return require('ssh2/lib/protocol/keyParser.js').parseKey; },
        },
      };`,
      resolveDir: root,
    }));
    pluginBuild.onResolve({ filter: /^sftp-itself$/ }, () => ({
      path: join(root, 'node_modules/ssh2/lib/protocol/SFTP.js'),
    }));
    pluginBuild.onResolve({ filter: /SFTP\.js$/ }, () => ({ path: 'sftp', namespace: 'ssh2-unused' }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'ssh2-unused' }, () => ({
      contents: `exports.SFTP = class { constructor() { throw new Error('there is no SFTP in this program'); } };`,
    }));
    pluginBuild.onResolve({ filter: /^bcrypt-pbkdf$/ }, ({ pluginData }) =>
      pluginData === 'itself' ? undefined : { path: 'bcrypt-pbkdf', namespace: 'ssh2-late' },
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: 'ssh2-late' }, () => ({
      contents: `exports.pbkdf = (...words) => require('bcrypt-pbkdf').pbkdf(...words);`,
      resolveDir: root,
      pluginData: 'itself',
    }));
  },
};

/** zod in the one language that this program speaks: the messages of fifty others would be read with each of its copies. */
const zodInEnglish: Plugin = {
  name: 'zod-in-english',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: join(root, 'node_modules/zod/v4/locales'),
    }));
  },
};

async function main(): Promise<void> {
  const parts = lazyParts();
  mkdirSync(dist, { recursive: true });
  const entryPoints = Object.fromEntries([
    ['slmgr', join(root, 'src/cli/entry.ts')],
    ['compile-cache', join(root, 'src/cli/compile-cache.ts')],
    ...[...parts].map(([file, name]) => [name, file] as const),
  ]) as Record<string, string>;
  const result = await build({
    entryPoints,
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minify: true,
    keepNames: false,
    legalComments: 'none',
    external,
    define: { 'process.env.SLMGR_VERSION': JSON.stringify(manifest.version) },
    // Its module for "import" is a stand-in that breaks lines of help within words.
    alias: { cliui: join(root, 'node_modules/cliui/build/index.cjs') },
    plugins: [siblings(parts), builtins, ssh2Parts, zodInEnglish],
    metafile: true,
    logLevel: 'warning',
  });
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  writeFileSync(join(root, 'node_modules/.cache/esbuild-meta.json'), JSON.stringify(result.metafile));
  writeFileSync(join(root, 'THIRD-PARTY-NOTICES'), noticesText(bundledPackages(result.metafile, root)));
  // Stale files go last: a program that runs from here meanwhile keeps its parts.
  for (const file of readdirSync(dist)) {
    if (!Object.hasOwn(entryPoints, file.replace(/\.js$/, ''))) rmSync(join(dist, file), { recursive: true });
  }
  for (const name of Object.keys(entryPoints)) {
    const size = statSync(join(dist, `${name}.js`)).size;
    console.log(`dist/${name}.js ${Math.round(size / 1024)} KB`);
    if (name === 'slmgr' && size > leanLimit) {
      throw new Error(
        `dist/slmgr.js has ${size} bytes; ${leanLimit} is the limit for what every start reads.`,
      );
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
