import { fitsItsCheckDigit, isInstallationIdOfLab } from '../../lab/model/phone';

/** A confirmation ID has eight groups, A to H, of six digits each. */
export const groupCount = 8;
export const groupDigits = 6;

/** The name of a group: A to H. */
export function groupName(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** Only the digits of an ID as people write it: with blanks and hyphens between its groups. */
export function bareDigits(text: string): string {
  return text.replace(/[\s-]/g, '');
}

/** An ID in its groups, for people: a confirmation ID in eight, an installation ID in nine. */
export function inGroups(digits: string): string {
  const size = digits.length === groupCount * groupDigits ? groupDigits : Math.ceil(digits.length / 9);
  return (digits.match(new RegExp(`.{1,${Math.max(1, size)}}`, 'g')) ?? []).join(' ');
}

/** Whether a text is an installation ID, blanks taken out. Windows 7 and older have 54 digits, later ones 63. */
export function isInstallationId(digits: string): boolean {
  return /^\d{45,72}$/.test(digits);
}

/**
 * What is wrong with one group, in words; null where nothing is. The check digit is tested where it is known: how the lab
 * makes its own is known, how Microsoft makes its own is not published, and Windows tests that when it gets the whole.
 */
export function groupProblem(group: string, index: number, installationId: string): string | null {
  if (!/^\d*$/.test(group)) return `group ${groupName(index)} has something else than digits`;
  if (group.length !== groupDigits)
    return `group ${groupName(index)} has ${group.length} digits and not ${groupDigits}`;
  if (isInstallationIdOfLab(installationId) && !fitsItsCheckDigit(group, index))
    return `group ${groupName(index)} has a typing error: its check digit does not fit`;
  return null;
}

/** {@link groupProblem} of a whole confirmation ID, without blanks. */
export function confirmationProblem(digits: string, installationId: string): string | null {
  if (!/^\d+$/.test(digits)) return 'a confirmation ID has digits alone';
  if (digits.length !== groupCount * groupDigits)
    return `a confirmation ID has ${groupCount * groupDigits} digits, and this one has ${digits.length}`;
  for (let index = 0; index < groupCount; index += 1) {
    const group = digits.slice(index * groupDigits, (index + 1) * groupDigits);
    const problem = groupProblem(group, index, installationId);
    if (problem !== null) return problem;
  }
  return null;
}
