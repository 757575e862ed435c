/** Programs of Windows, beside the script host, that `lab exec` has for its machine. */
export const systemProgramNames = [
  'hostname',
  'ipconfig',
  'net',
  'nslookup',
  'reg',
  'sc',
  'shutdown',
  'slui',
] as const;
export type SystemProgram = (typeof systemProgramNames)[number];

/** Whether a word of the stand-ins names one of them. */
export function isSystemProgram(word: string | undefined): word is SystemProgram {
  return (systemProgramNames as readonly (string | undefined)[]).includes(word);
}
