import { statusOfHresult, statusOfScript } from '../../src/cli/exit-status';
import { hresult } from '../../src/licensing/hresult';

describe('exit status', () => {
  test.each([
    [0, 0, 0],
    [1, 1, 1],
    [-1073418124, 0x74, -1073418124],
    [-2147024891, 5, -2147024891],
    [5, 5, 5],
    [1450, 1450 & 0xff, 1450],
    [-2147418112, 1, -2147418112],
  ])('the script ends with %d: %d on POSIX, %d on Windows', (script, posix, windows) => {
    expect(statusOfScript(script, 'linux')).toBe(posix);
    expect(statusOfScript(script, 'darwin')).toBe(posix);
    expect(statusOfScript(script, 'win32')).toBe(windows);
  });

  test('an error never looks like success', () => {
    expect(statusOfHresult(hresult(0x80000000), 'linux')).toBe(1);
    expect(statusOfHresult(hresult(0xc0000100), 'linux')).toBe(1);
  });
});
