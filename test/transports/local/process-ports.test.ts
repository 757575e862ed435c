import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFile, readTextFile } from '../../../src/transports/local/checked-file';

describe('files of the caller', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-files-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, content: string | Buffer, mode = 0o600): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode });
    return path;
  };

  test('are UTF-8, with or without a mark, or UTF-16 with one', async () => {
    const text = '<license>ü</license>\r\n';
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(await readTextFile(written('8', text), 1000)).toBe(text);
    expect(await readTextFile(written('8-marked', `\uFEFF${text}`), 1000)).toBe(text);
    expect(await readTextFile(written('16', marked), 1000)).toBe(text);
    expect(await readTextFile(join(folder, 'none'), 1000)).toBeNull();
    await expect(readTextFile(folder, 1000)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('hold secrets only where nobody else may read them', async () => {
    expect(await readSecretFile(written('kept', 'x'))).toEqual({ text: 'x', exposed: null });
    const exposed = written('exposed', 'x', 0o640);
    if (process.platform === 'win32') return;
    expect((await readSecretFile(exposed))?.exposed).toContain(`chmod 600 ${exposed}`);
  });
});
