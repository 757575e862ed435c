/** Words for LicenseStatus, as lists show and conditions take them. */
export const statusWords = {
  licensed: 1,
  'extended-grace': 6,
  'initial-grace': 2,
  'additional-grace': 3,
  'non-genuine': 4,
  unknown: -1,
  unlicensed: 0,
  notification: 5,
} as const;

const words = new Map<number, string>(Object.entries(statusWords).map(([word, code]) => [code, word]));

/** The word of a status; of a machine that never answered, "never-read". */
export function statusWord(code: number | null): string {
  return code === null ? 'never-read' : (words.get(code) ?? 'unknown');
}
