import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { banner, endsInSlmgr, namesSlmgr, readScriptHostWords } from '../../src/verbs/script-host';
import { makeShims } from '../../src/cli/script-host/shims';

describe("the script host's words", () => {
  test.each([
    [
      ['//nologo', 'C:\\Windows\\System32\\slmgr.vbs', '/dlv'],
      false,
      'C:\\Windows\\System32\\slmgr.vbs',
      ['/dlv'],
    ],
    [['slmgr.vbs', '/dlv', '//NoLogo'], false, 'slmgr.vbs', ['/dlv']],
    [['//B', '//T:30', 'slmgr.vbs', '/ipk', 'KEY'], true, 'slmgr.vbs', ['/ipk', 'KEY']],
    [['slmgr.vbs'], true, 'slmgr.vbs', []],
    [['//nologo'], false, null, []],
    [['/nologo', 'slmgr.vbs', '/xpr'], false, 'slmgr.vbs', ['/xpr']],
    [['/NOLOGO', '/t:30', 'slmgr.vbs', 'PC', '/nologo'], false, 'slmgr.vbs', ['PC', '/nologo']],
    [['/nologo', '/tmp/a b.vbs', '/xpr'], false, '/tmp/a b.vbs', ['/xpr']],
    [['slmgr.vbs', '/nologo'], true, 'slmgr.vbs', ['/nologo']],
  ])('cscript %j', (words, shown, script, args) => {
    expect(readScriptHostWords(words, null)).toEqual({
      ...{ banner: shown, script, args, unknownOption: null },
    });
  });

  test('started as the script itself, all words are its own', () => {
    expect(readScriptHostWords(['PC', '/dli', '//nologo'], 'slmgr.vbs')).toEqual({
      banner: false,
      script: 'slmgr.vbs',
      args: ['PC', '/dli'],
      unknownOption: null,
    });
  });

  test.each(['//bogus', '/bogus', '/h:bash', '//t:x'])('%s is no option of the host', (word) => {
    expect(readScriptHostWords([word, 'slmgr.vbs', '/dli'], null).unknownOption).toBe(word);
  });

  test.each(['C:WindowsSystem32slmgr.vbs', 'C:/Windows/System32/SLMGR.VBS', 'C:slmgr.vbs'])(
    '%s ends in slmgr.vbs',
    (word) => expect(endsInSlmgr(word)).toBe(true),
  );

  test.each([
    'slmgr.vbs',
    'SLMGR.VBS',
    'C:\\Windows\\system32\\slmgr.vbs',
    '/tmp/System32/slmgr.vbs',
    'slmgr',
  ])('%s is slmgr', (path) => expect(namesSlmgr(path)).toBe(true));

  test.each(['ospp.vbs', 'notslmgr.vbs', 'slmgr.vbs.txt', ''])('%j is not', (path) => {
    expect(namesSlmgr(path)).toBe(false);
  });

  test('the banner is two lines and an empty one', () => {
    expect(banner()).toBe(
      'Microsoft (R) Windows Script Host Version 5.812\nCopyright (C) Microsoft Corporation. All rights reserved.\n\n',
    );
  });
});

describe('the folder that plays %SystemRoot%', () => {
  const base = mkdtempSync(join(tmpdir(), "slmgr-test-it's-"));
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  const facts = { tempDirectory: base, machine: 'PC-001', node: '/opt/node', program: "/a b/it's.js" };

  test('holds cscript.exe and slmgr.vbs under System32 and system32, executable, quoted', () => {
    const shims = makeShims({ ...facts, platform: 'linux' });
    for (const folder of ['System32', 'system32']) {
      for (const name of ['cscript', 'CScript.exe', 'wscript', 'WSCRIPT.EXE', 'slmgr', 'SLMGR.VBS']) {
        expect(statSync(join(shims.directory, folder, name)).mode & 0o111).toBe(0o111);
      }
    }
    expect(readFileSync(join(shims.directory, 'System32', 'cscript.exe'), 'utf8')).toBe(
      `#!/bin/sh\nexec '/opt/node' '/a b/it'\\''s.js' '@script-host' 'PC-001' 'host' "$@"\n`,
    );
  });

  test('is what SystemRoot, windir and the PATH name', () => {
    const shims = makeShims({ ...facts, platform: 'linux' });
    const env = shims.env({ PATH: '/usr/bin', HOME: '/home/x' });
    expect(env).toMatchObject({ SystemRoot: shims.directory, windir: shims.directory, HOME: '/home/x' });
    expect(env['PATH']).toBe(`${join(shims.directory, 'System32')}:/usr/bin`);
  });

  test('on Windows the stand-ins are command files, and slmgr.vbs is there to be seen', () => {
    const shims = makeShims({ ...facts, platform: 'win32' });
    const system = join(shims.directory, 'System32');
    expect(existsSync(join(system, 'slmgr.vbs'))).toBe(true);
    expect(readFileSync(join(system, 'cscript.cmd'), 'utf8')).toContain(
      '"@script-host" "PC-001" "host" %*\r\n',
    );
  });
});
