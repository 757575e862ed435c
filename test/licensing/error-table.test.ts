import { errorNumbersIn, errorTable, findErrors } from '../../src/licensing/error-table';
import { formatHresult } from '../../src/licensing/hresult';

const codesOf = (text: string): readonly string[] => findErrors(text).map(({ code }) => formatHresult(code));

describe('the error table', () => {
  test('has at least the 426 errors of the reference, each once, in the order of their numbers', () => {
    const codes = errorTable().map(({ code }) => code);
    expect(codes.length).toBeGreaterThanOrEqual(426);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual([...codes].sort((left, right) => left - right));
  });

  test('an error that administrators meet says when it happens and what to do', () => {
    const documented = errorTable().filter((entry) => entry.documentedForAdmins);
    expect(documented.length).toBeGreaterThanOrEqual(39);
    for (const { when, action } of documented) expect([when, action]).not.toContain(null);
  });
});

describe('finding errors', () => {
  test.each([
    ['0xC004F074'],
    ['c004f074'],
    ['-1073418124'],
    ['3221549172'],
    ['SL_E_VL_BINDING_SERVICE_UNAVAILABLE'],
    ['sl_e_vl_binding_service_unavailable'],
    ['Error: 0xC004F074 The Software Licensing Service reported that the computer could not be activated.'],
  ])('%s', (text) => {
    expect(codesOf(text)).toEqual(['0xC004F074']);
  });

  test('a plain Win32 number is its HRESULT too', () => {
    expect(codesOf('5')).toContain('0x80070005');
  });

  test('words must all be there; errors with a remedy come first', () => {
    const found = findErrors('count insufficient');
    expect(found[0]).toMatchObject({ symbol: 'SL_E_VL_NOT_ENOUGH_COUNT' });
    expect(found[0]?.action).not.toBeNull();
  });

  test('nothing is found for nothing', () => {
    expect(findErrors('')).toEqual([]);
    expect(findErrors('0xDEADBEEF')).toEqual([]);
    expect(findErrors('no such words anywhere')).toEqual([]);
  });

  test('numbers in a line', () => {
    expect(errorNumbersIn('0x80070005 and C004F038, then -1073418124').map(formatHresult)).toEqual([
      '0x80070005',
      '0xC004F038',
      '0xC004F074',
    ]);
  });
});
