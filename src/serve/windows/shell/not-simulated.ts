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

/** ERROR_CALL_NOT_IMPLEMENTED: the status of a line that asks for what is not simulated. */
export const notSimulatedStatus = 120;
