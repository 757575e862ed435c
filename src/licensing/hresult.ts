declare const hresultBrand: unique symbol;

/**
 * A Windows error number as the licensing service reports it: 32 bits, unsigned. Values of 0x80000000 and above
 * are HRESULTs; smaller ones are plain Win32 or script-language numbers (5, 13, 1450), which slmgr prints in
 * decimal.
 */
export type Hresult = number & { readonly [hresultBrand]: true };

/** Makes an {@link Hresult} from a signed or an unsigned 32-bit number. */
export function hresult(value: number): Hresult {
  return (value >>> 0) as Hresult;
}

/** A number that a machine gave for one of 32 bits, signed or unsigned, as unsigned; null for any other. */
export function word32(value: number): number | null {
  return Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff ? value >>> 0 : null;
}

/** Reads "0xC004F074" (any case, with or without the prefix) or null where the text is no 32-bit hexadecimal. */
export function parseHresult(text: string): Hresult | null {
  const match = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text.trim());
  return match?.[1] === undefined ? null : hresult(Number.parseInt(match[1], 16));
}

/** Eight upper-case digits behind "0x", as slmgr prints an HRESULT. */
export function formatHresult(code: Hresult): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The number as Windows' script ends with it: signed 32 bits. */
export function signedHresult(code: Hresult): number {
  return code | 0;
}

/** True for an HRESULT (bit 31 set), false for a plain Win32 or script-language number. */
export function isHresult(code: Hresult): boolean {
  return code >= 0x80000000;
}
