import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Metafile } from 'esbuild';
import { version } from '../../package.json';
import { bundledPackages } from '../../scripts/notices';

const root = resolve(__dirname, '../..');
const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined;

/** What a user gets: the packed tarball, installed into an empty folder elsewhere, without any other package. */
describe('the npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let files: readonly string[] = [];
  let size = 0;

  beforeAll(() => {
    const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const parsed: unknown = JSON.parse(packed);
    const [report] = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as readonly {
      readonly filename: string;
      readonly size: number;
      readonly files: readonly { readonly path: string }[];
    }[];
    files = report!.files.map(({ path }) => path);
    size = report!.size;
    execFileSync(
      'npm',
      [
        'install',
        '--prefix',
        folder,
        '--omit=optional',
        '--no-audit',
        '--no-fund',
        '--offline',
        join(folder, report!.filename),
      ],
      { cwd: folder, stdio: 'ignore' },
    );
  }, 120_000);

  const slmgr = (...words: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [join(folder, 'node_modules/.bin/slmgr'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, SLMGR_HOME: join(folder, 'data') },
      timeout: 60_000,
    });

  test('holds what it needs and nothing else', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/slmgr',
        'dist/slmgr.js',
        'man/slmgr.1',
        'README.md',
        'LICENSE',
        'THIRD-PARTY-NOTICES',
      ]),
    );
    const others = files.filter(
      (path) =>
        !/^(bin|dist|man)\/|^(package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-NOTICES)$/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
    expect(size).toBeLessThan(2_500_000);
    expect(statSync(join(folder, 'node_modules/slmgr/bin/slmgr')).mode & 0o111).not.toBe(0);
  });

  test('has the text of every licence of what is bundled', () => {
    const meta = readFileSync(join(root, 'node_modules/.cache/esbuild-meta.json'), 'utf8');
    const packages = bundledPackages(JSON.parse(meta) as Metafile, root);
    const notices = readFileSync(join(folder, 'node_modules/slmgr/THIRD-PARTY-NOTICES'), 'utf8');
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@peculiar/x509', 'ssh2', 'yaml', 'yargs', 'zod']),
    );
    const missing = packages.filter(
      ({ name, version: number, licences }) =>
        !notices.includes(`\n${name} ${number}\n`) || licences.some((text) => !notices.includes(text)),
    );
    expect(missing).toEqual([]);
  });

  test('depends on nothing that must be there', () => {
    const manifest = JSON.parse(
      readFileSync(join(folder, 'node_modules/slmgr/package.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(manifest['dependencies'] ?? {}).toEqual({});
    expect(Object.keys(manifest['optionalDependencies'] as object)).toEqual(['better-sqlite3']);
  });

  test('runs, and keeps a store where Node has SQLite', () => {
    expect(slmgr('--version').stdout).toContain(`slmgr ${version}`);
    expect(slmgr('/?').stdout).toContain('Usage: slmgr.vbs');
    expect(slmgr('keys', 'windows', '7').stdout).toContain('33PXH-7Y6KF-2VJC9-XBBR8-HVTHH');
    const local = slmgr('/dli');
    if (hasSqlite) {
      const made = 'slmgr: the simulated local machine LOCALHOST was made; "slmgr lab list" shows it.\n';
      expect(local).toMatchObject({ status: 0, stderr: process.platform === 'win32' ? '' : made });
      expect(slmgr('/dli')).toMatchObject({ status: 0, stderr: '' });
    } else {
      expect(local.status).toBe(1);
      expect(local.stderr).toContain('Node 22.13 or later');
      const demo = slmgr('lab', 'demo');
      expect(demo).toMatchObject({ status: 1, stdout: '' });
      expect(demo.stderr).toContain('Node 22.13 or later');
      expect(readdirSync(folder)).not.toContain('data');
    }
  });
});
