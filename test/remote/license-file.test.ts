import { readLicenseFile } from '../../src/remote/license-file';
import { type RemotePorts } from '../../src/remote/ports';

const answering = (readFile: RemotePorts['readFile']): Pick<RemotePorts, 'readFile'> => ({ readFile });

describe('a licence file of the caller', () => {
  test('is its text', async () => {
    expect(
      await readLicenseFile(
        'a',
        answering(() => Promise.resolve('<license/>')),
      ),
    ).toBe('<license/>');
  });

  test.each([
    ['EISDIR', 0x80070005],
    ['EACCES', 0x80070005],
    ['ENOTDIR', 0x80070003],
    ['EIO', 0x8007001e],
  ])('%s is Windows’ number for it', async (code, hresult) => {
    const failing = answering(() => Promise.reject(Object.assign(new Error('no'), { code })));
    await expect(readLicenseFile('a', failing)).rejects.toMatchObject({ hresult });
  });

  test('that is not there is the file that was not found', async () => {
    const none = answering(() => Promise.resolve(null));
    await expect(readLicenseFile('a', none)).rejects.toMatchObject({ hresult: 0x80070002 });
  });
});
