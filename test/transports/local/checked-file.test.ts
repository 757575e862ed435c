import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFile, readTextFile, readTrustedFile } from '../../../src/transports/local/checked-file';

const onUnix = process.platform === 'win32' ? test.skip : test;

describe('files with a look at who else can use them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-checked-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, mode: number): string => {
    const path = join(folder, name);
    writeFileSync(path, 'x');
    chmodSync(path, mode);
    return path;
  };

  onUnix('what others can write is told', async () => {
    expect(await readTrustedFile(written('own', 0o644), 10)).toEqual({ text: 'x', writable: null });
    expect((await readTrustedFile(written('group', 0o664), 10))?.writable).toMatch(/mode 664.*chmod go-w/);
    expect((await readTrustedFile(written('others', 0o646), 10))?.writable).toMatch(/others can write it/);
    expect(await readTrustedFile(join(folder, 'none'), 10)).toBeNull();
    const open = join(folder, 'open');
    mkdirSync(open);
    writeFileSync(join(open, 'file'), 'x', { mode: 0o600 });
    chmodSync(open, 0o777);
    expect((await readTrustedFile(join(open, 'file'), 10))?.writable).toMatch(/chmod o-w/);
    chmodSync(open, 0o1777);
    expect((await readTrustedFile(join(open, 'file'), 10))?.writable).toBeNull();
  });

  onUnix('what never ends is refused', async () => {
    const endless = { code: 'ERR_FS_FILE_TOO_LARGE' };
    await expect(readTextFile('/dev/zero', 1000)).rejects.toMatchObject(endless);
    await expect(readTrustedFile('/dev/zero', 1000)).rejects.toMatchObject(endless);
  });

  onUnix('a secret that others can read is not read at all', async () => {
    expect(await readSecretFile('/dev/zero')).toMatchObject({
      text: '',
      exposed: expect.any(String) as string,
    });
  });
});
