import { hresult } from '../../src/licensing/hresult';
import { hasOwnSentence, printedCode, slmgrSentence } from '../../src/licensing/slmgr-messages';

describe('what slmgr says about an error', () => {
  test.each([
    [0xc004f074, '0xC004F074', 'No Key Management Service (KMS) could be contacted'],
    [0x8007232b, '0x8007232B', 'DNS name does not exist'],
    [5, '5', 'Access denied'],
    [13, '13', 'Type mismatch (Microsoft VBScript runtime error)'],
    [6, '6', 'Overflow (Microsoft VBScript runtime error)'],
    [1450, '1450', "run 'slui.exe 0x2a 1450' to display"],
    [0xc004f015, '0xC004F015', "run 'slui.exe 0x2a 0xC004F015' to display"],
  ])('0x%s', (code, printed, part) => {
    expect(printedCode(hresult(code))).toBe(printed);
    expect(slmgrSentence(hresult(code))).toContain(part);
  });

  test('a signed number is the same error', () => {
    expect(slmgrSentence(hresult(-1073418124))).toBe(slmgrSentence(hresult(0xc004f074)));
  });

  test('knows its own sentences from the hint', () => {
    expect(hasOwnSentence(hresult(0xc004f074))).toBe(true);
    expect(hasOwnSentence(hresult(0xc004f015))).toBe(false);
  });
});
