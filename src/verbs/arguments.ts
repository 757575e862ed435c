import { hresult } from '../licensing/hresult';
import { LicensingError } from '../licensing/provider';

const typeMismatch = hresult(13);
const overflow = hresult(6);
const invalidArgument = hresult(0x80070057);
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A whole number of 32 bits out of an argument, as the script language converts it. Anything else raises the
 * language's own errors: 13 (type mismatch) for text, 6 (overflow) for what does not fit.
 */
export function wholeNumber(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new LicensingError(typeMismatch, `"${text}" is no whole number.`);
  }
  const value = Number(text);
  if (value < -0x80000000 || value > 0x7fffffff) {
    throw new LicensingError(overflow, `${text.trim()} does not fit into 32 bits.`);
  }
  return value;
}

/** The optional activation ID at a place of the arguments; "" where there is none, 0x80070057 for no GUID. */
export function activationIdAt(args: readonly string[], place: number): string {
  const text = args[place] ?? '';
  return text === '' ? '' : demandGuid(text, 'activation ID');
}

/** The ID that a verb needs at a place of its arguments; 0x80070057 for no GUID. */
export function requiredId(args: readonly string[], place: number, what: string): string {
  return demandGuid(args[place] ?? '', what);
}

/** An argument that nothing can be done with; the error number is that of a wrong parameter. */
export class ArgumentError extends LicensingError {
  readonly ofArgument = true;

  constructor(message: string) {
    super(invalidArgument, message);
  }
}

function demandGuid(text: string, what: string): string {
  if (guid.test(text)) return text;
  throw new ArgumentError(
    `"${text}" is no ${what}: it has 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between.`,
  );
}
