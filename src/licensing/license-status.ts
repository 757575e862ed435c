/** LicenseStatus of a product: code, name in data, and slmgr's word for it. */
export const licenseStatuses = {
  0: { name: 'unlicensed', label: 'Unlicensed' },
  1: { name: 'licensed', label: 'Licensed' },
  2: { name: 'initial-grace', label: 'Initial grace period' },
  3: {
    name: 'additional-grace',
    label: 'Additional grace period (KMS license expired or hardware out of tolerance)',
  },
  4: { name: 'non-genuine-grace', label: 'Non-genuine grace period.' },
  5: { name: 'notification', label: 'Notification' },
  6: { name: 'extended-grace', label: 'Extended grace period' },
} as const;

export type LicenseStatusCode = keyof typeof licenseStatuses;
export type LicenseStatusName = (typeof licenseStatuses)[LicenseStatusCode]['name'] | 'unknown';

/** True for the codes that the class page names. */
export function isLicenseStatusCode(code: number): code is LicenseStatusCode {
  return Object.hasOwn(licenseStatuses, code);
}

/** The name of a licence status; "unknown" for a code of no page. */
export function licenseStatusName(code: number): LicenseStatusName {
  return isLicenseStatusCode(code) ? licenseStatuses[code].name : 'unknown';
}

/** VLActivationTypeEnabled and VLActivationType by number. */
export const activationTypes = { 0: 'all', 1: 'ad', 2: 'kms', 3: 'token' } as const;
export type ActivationTypeName = (typeof activationTypes)[keyof typeof activationTypes] | 'unknown';

/** The name of an activation type; "unknown" for another number. */
export function activationTypeName(code: number): ActivationTypeName {
  return Object.hasOwn(activationTypes, code)
    ? activationTypes[code as keyof typeof activationTypes]
    : 'unknown';
}

/** Days of a number of minutes, begun days counted, as slmgr prints them. */
export function daysRoundedUp(minutes: number): number {
  return Math.ceil(minutes / 1440);
}
