/** A line asks for something of Windows that is not simulated: nothing of it runs. */
export class NotSimulated extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'NotSimulated';
  }
}

/** A line that Windows itself refuses to read, with Windows' words: nothing of it runs. */
export class SyntaxProblem extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'SyntaxProblem';
  }
}

/** What a line ends with that was not run, or not to its end; null for an error of another kind. */
export function problemOf(
  error: unknown,
  consequence: string,
): { readonly exitCode: number; readonly stdout: string; readonly stderr: string } | null {
  if (error instanceof SyntaxProblem) return { exitCode: 1, stdout: '', stderr: `${error.message}\r\n` };
  if (!(error instanceof NotSimulated)) return null;
  const stderr = `slmgr: this simulated machine does not have ${error.message}. ${consequence}\r\n`;
  return { exitCode: notSimulatedStatus, stdout: '', stderr };
}

/** ERROR_CALL_NOT_IMPLEMENTED: the status of a line that asks for what is not simulated. */
export const notSimulatedStatus = 120;
