import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Metafile } from 'esbuild';
import { bundledPackages, noticesText } from '../../scripts/notices';

describe('the notices of what is bundled', () => {
  const root = mkdtempSync(join(tmpdir(), 'slmgr-notices-'));
  afterAll(() => rmSync(root, { recursive: true }));

  function add(name: string, files: Readonly<Record<string, string>>): void {
    const folder = join(root, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: name.replace(/^.*node_modules\//, ''), version: '1.0.0' }),
    );
    Object.entries(files).forEach(([file, text]) => writeFileSync(join(folder, file), text));
  }

  const built = (...inputs: readonly (readonly [string, number])[]): Metafile => ({
    inputs: {},
    outputs: {
      'dist/slmgr.js': {
        bytes: 0,
        imports: [],
        exports: [],
        inputs: Object.fromEntries(inputs.map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
      },
    },
  });

  test('every package is there once with all its texts, also one inside of another', () => {
    add('@a/b', { LICENSE: 'text of b\r\nsecond line\n' });
    add('c', { 'license.md': 'text of c', 'CopyrightNotice.txt': 'notice of c', 'README.md': 'no licence' });
    add('c/node_modules/d', { COPYING: 'text of d' });
    const text = noticesText(
      bundledPackages(
        built(
          ['src/cli/entry.ts', 5],
          ['node_modules/c/index.js', 1],
          ['node_modules/c/node_modules/d/index.js', 1],
          ['node_modules/c/other.js', 1],
          ['node_modules/@a/b/lib/index.js', 1],
        ),
        root,
      ),
    );
    const [first, ...titles] = [...text.matchAll(/^={80}\n(.+)\n={80}\n\n/gm)].map(([, title]) => title);
    expect([first, ...titles]).toEqual(['@a/b 1.0.0', 'c 1.0.0', 'd 1.0.0']);
    for (const part of ['text of b\nsecond line', 'text of c', 'notice of c', 'text of d'])
      expect(text).toContain(part);
    expect(text).not.toContain('no licence');
  });

  test('a README that has the text will do', () => {
    const licence = 'Copyright (c) somebody\n\nPermission is granted.';
    add('readme', {
      'Readme.md': `# readme\n\nPermission\n\n## License\r\n\n${licence}\n\n## Thanks\n\nto all`,
    });
    const [found] = bundledPackages(built(['node_modules/readme/index.js', 1]), root);
    expect(found?.licences).toEqual([licence]);
  });

  test('one without the text of its licence ends the build; one of which nothing is left does not count', () => {
    add('bare', { 'README.md': 'MIT' });
    add('empty', { LICENSE: '\n' });
    add('link', { 'README.md': '# link\n\n## License\n\nMIT, (c) me, see [here](x)\n' });
    for (const name of ['bare', 'empty', 'link']) {
      expect(() => bundledPackages(built([`node_modules/${name}/index.js`, 1]), root)).toThrow(
        `node_modules/${name} comes without the text of its licence`,
      );
      expect(bundledPackages(built([`node_modules/${name}/index.js`, 0]), root)).toEqual([]);
    }
  });
});
