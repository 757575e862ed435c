import { fulfils } from '../../../src/serve/windows/wsman/wql-filter';
import { parseWql, parseWqlConditions } from '../../../src/serve/windows/wsman/wql';

const product: Readonly<Record<string, string | number | boolean | null>> = {
  name: 'Windows(R), ServerDatacenter edition',
  description: null,
  licensestatus: 1,
  reason: -1073418124,
  licenseisaddon: false,
  partialproductkey: '6VM33',
  file: '50%_done[1]',
};

const holds = (conditions: string): boolean | null => {
  const where = parseWqlConditions(conditions);
  return where === null ? null : fulfils(where, (name) => product[name.toLowerCase()] ?? null);
};

describe('conditions in WQL', () => {
  test.each<[string, boolean | null]>([
    ["Name LIKE 'Windows%'", true],
    ['name like "windows(r), server%"', true],
    ["Name LIKE '%office%'", false],
    ["NOT Name LIKE '%Office%'", true],
    ["Name NOT LIKE 'Windows%'", false],
    ["Name LIKE 'W_ndows%edition'", true],
    ["Name LIKE '[a-wx]indows%'", true],
    ["Name LIKE '[^w]indows%'", false],
    ["Name LIKE '%%%'", true],
    ["Name LIKE ''", false],
    ["File LIKE '50[%][_]done%'", true],
    ["File LIKE '5%x'", false],
    ["Description LIKE '%'", false],
    ["Name LIKE 'Office%' OR PartialProductKey IS NOT NULL", true],
    ["Name LIKE 'Office%' OR LicenseStatus = 5 OR LicenseIsAddon = TRUE", false],
    ["LicenseStatus = 1 OR LicenseStatus = 2 AND Name = 'x'", true],
    ["(LicenseStatus = 1 OR LicenseStatus = 2) AND Name = 'x'", false],
    ["NOT (LicenseStatus = 1 AND Name = 'x')", true],
    ["LicenseStatus='1'", true],
    ['LicenseStatus <> 0 AND LicenseStatus < 2 AND LicenseStatus >= 1', true],
    ['1 = LicenseStatus AND 0 < LicenseStatus', true],
    ['Reason = 3221549172', true],
    ["LicenseIsAddon = 'False' AND LicenseIsAddon = 0", true],
    ['Description = null AND Description IS NULL', true],
    ["Description <> 'x'", true],
    ["Description = ''", false],
    ["PartialProductKey > '6'", true],
    // What is no condition.
    ['Name LIKE Windows', null],
    ['Name LIKE', null],
    ['LicenseStatus > null', null],
    ['Name', null],
    ["Name = 'x' AND", null],
    ["(Name = 'x'", null],
    ["Name = 'x') OR (Name = 'y'", null],
    ["Name == 'x'", null],
    ["Name = 'x' WHERE", null],
  ])('%s', (conditions, expected) => {
    expect(holds(conditions)).toBe(expected);
    expect(parseWql(`SELECT * FROM X WHERE ${conditions}`) === null).toBe(expected === null);
  });

  test('a text where a number is asked for is an invalid query', () => {
    expect(() => holds("LicenseStatus = 'one'")).toThrow('Invalid query');
    expect(() => holds(`Name LIKE '${'%a'.repeat(300)}'`)).toThrow('Invalid query');
  });
});
