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

/** What is wrong with a word that stands where an ID does; null where nothing is. It fits no product then, as for slmgr. */
export function idProblem(text: string, what: string): string | null {
  if (text === '' || guid.test(text)) return null;
  return `"${text}" is no ${what}: it has 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between.`;
}

/** The application ID that a verb needs; 0x80070057 for no GUID. */
export function requiredApplicationId(text: string): string {
  const problem = text === '' ? '"" is no application ID.' : idProblem(text, 'application ID');
  if (problem !== null) throw new ArgumentError(problem);
  return text;
}

/** An argument that nothing can be done with; the error number is that of a wrong parameter. */
export class ArgumentError extends LicensingError {
  constructor(message: string) {
    super(invalidArgument, message);
  }
}
