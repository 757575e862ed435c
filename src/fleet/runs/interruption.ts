/** Why an attempt is told to stop: somebody ends the run, whatever its machine does. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor() {
    super('the run is broken off');
  }
}

/** Whether an attempt is broken off with its run: what it ends with says nothing of its machine. */
export function isInterrupted({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && reason.name === 'Interruption';
}
