/** LicenseStatus of a product: the name in data, and what slmgr writes behind "License Status:". */
export const licenseStatuses = {
  0: { name: 'Unlicensed', label: 'Unlicensed' },
  1: { name: 'Licensed', label: 'Licensed' },
  2: { name: 'Initial grace period', label: 'Initial grace period' },
  3: {
    name: 'Additional grace period',
    label: 'Additional grace period (KMS license expired or hardware out of tolerance)',
  },
  4: { name: 'Non-genuine grace period', label: 'Non-genuine grace period.' },
  5: { name: 'Notification', label: 'Notification' },
  6: { name: 'Extended grace period', label: 'Extended grace period' },
} as const;

export type LicenseStatusCode = keyof typeof licenseStatuses;
export type LicenseStatusName = (typeof licenseStatuses)[LicenseStatusCode]['name'] | 'Unknown';

/** True for the codes that the class page names. */
export function isLicenseStatusCode(code: number): code is LicenseStatusCode {
  return Object.hasOwn(licenseStatuses, code);
}

/** The name of a licence status; "Unknown" for a code of no page. */
export function licenseStatusName(code: number): LicenseStatusName {
  return isLicenseStatusCode(code) ? licenseStatuses[code].name : 'Unknown';
}

/** Words for VLActivationTypeEnabled and VLActivationType by number, as slmgr writes them. */
const activationTypes: Readonly<Record<number, string>> = { 0: 'All', 1: 'AD', 2: 'KMS', 3: 'Token' };

/** The word for an activation type; slmgr takes every other number for all. */
export function activationTypeName(code: number): string {
  return activationTypes[code] ?? 'All';
}

/** Whole days of a number of minutes, as the scripts of Windows Vista and 7 print them. */
export function wholeDays(minutes: number): number {
  return Math.floor(minutes / 1440);
}

/** Days of a number of minutes, begun days counted, as slmgr prints them. */
export function daysRoundedUp(minutes: number): number {
  return Math.ceil(minutes / 1440);
}
