import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFile, readTextFile } from '../../../src/transports/local/process-ports';

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
    expect(await readTextFile(written('8', text))).toBe(text);
    expect(await readTextFile(written('8-marked', `\uFEFF${text}`))).toBe(text);
    expect(await readTextFile(written('16', marked))).toBe(text);
    expect(await readTextFile(join(folder, 'none'))).toBeNull();
    await expect(readTextFile(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('hold secrets only where nobody else may read them', async () => {
    expect(await readSecretFile(written('kept', 'x'))).toEqual({ text: 'x', exposed: null });
    const exposed = written('exposed', 'x', 0o640);
    if (process.platform === 'win32') return;
    expect((await readSecretFile(exposed))?.exposed).toContain(`chmod 600 ${exposed}`);
  });
});
