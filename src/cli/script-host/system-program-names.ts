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
/** Its shells; on Windows they stay those of this computer, which starts batch files with them. */
export const shellNames = ['cmd', 'powershell'] as const;
export type SystemProgram = (typeof systemProgramNames | typeof shellNames)[number];

/** Whether a word of the stand-ins names one of them. */
export function isSystemProgram(word: string | undefined): word is SystemProgram {
  return ([...systemProgramNames, ...shellNames] as readonly (string | undefined)[]).includes(word);
}
