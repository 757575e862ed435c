import { type RegistryValue } from '../../../../../lab/model/state';

/** A value's type as reg.exe names it. */
export function typeName(value: RegistryValue): string {
  return `REG_${value.type}`;
}

/** A value's data as reg.exe prints them. */
export function dataText(value: RegistryValue): string {
  switch (value.type) {
    case 'SZ':
    case 'EXPAND_SZ':
      return value.data;
    case 'MULTI_SZ':
      return value.data.join(String.raw`\0`);
    case 'DWORD':
      return `0x${value.data.toString(16)}`;
    case 'QWORD':
      return `0x${BigInt(value.data).toString(16)}`;
    case 'BINARY':
      return value.data.toUpperCase();
  }
}

const greatest = { DWORD: 0xffff_ffffn, QWORD: 0xffff_ffff_ffff_ffffn } as const;

/** A value of a type from the words of a line; null where they do not fit, `type` where there is no such type. */
export function valueOf(type: string, data: string, separator: string): RegistryValue | 'type' | null {
  switch (type.toUpperCase()) {
    case 'REG_SZ':
      return { type: 'SZ', data };
    case 'REG_EXPAND_SZ':
      return { type: 'EXPAND_SZ', data };
    case 'REG_MULTI_SZ':
      return {
        type: 'MULTI_SZ',
        data: data === '' ? [] : data.split(separator).filter((text) => text !== ''),
      };
    case 'REG_DWORD': {
      const number = wholeNumber(data, greatest.DWORD);
      return number === null ? null : { type: 'DWORD', data: Number(number) };
    }
    case 'REG_QWORD': {
      const number = wholeNumber(data, greatest.QWORD);
      return number === null ? null : { type: 'QWORD', data: String(number) };
    }
    case 'REG_BINARY':
      return /^(?:[0-9a-f]{2})*$/i.test(data) ? { type: 'BINARY', data: data.toLowerCase() } : null;
    default:
      return 'type';
  }
}

/** In decimal or with 0x; nothing at all is 0. */
function wholeNumber(text: string, most: bigint): bigint | null {
  const plain = text.trim();
  if (!/^(?:\d{0,20}|0x[0-9a-f]{1,16})$/i.test(plain)) return null;
  const number = BigInt(plain === '' ? 0 : plain);
  return number <= most ? number : null;
}
