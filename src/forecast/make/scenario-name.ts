/** A text as a name that a scenario may have: letters, digits, spaces, dots, hyphens. */
export function scenarioName(text: string, otherwise: string): string {
  const name = text
    .replace(/[^A-Za-z0-9 ._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return name === '' ? otherwise : name;
}
