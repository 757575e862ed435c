import { formatHresult, hresult } from '../../licensing/hresult';
import { activationTypeName, licenseStatusName } from '../../licensing/license-status';

/** A state as data carries it. */
export interface State {
  readonly code: number;
  readonly name: string;
}

export function licenseStatusState(code: number): State {
  return { code, name: licenseStatusName(code) };
}

export function activationTypeState(code: number): State {
  return { code, name: activationTypeName(code) };
}

/** ISO time in UTC out of epoch milliseconds. */
export function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** A text that is there; slmgr's classes write "" for none. */
export function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}

/** An error number; 0 is none. */
export function errorOrNull(code: number): string | null {
  return code === 0 ? null : formatHresult(hresult(code));
}
