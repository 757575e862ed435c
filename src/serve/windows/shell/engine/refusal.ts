import { type HiveProblem } from '../../../../lab/model/hive';

/** What the machine says no to, with the number that Windows has for it. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code >>> 0;
  }
}

const accessDenied = 0x80070005;
const invalidArgument = 0x80070057;
const fileNotFound = 0x80070002;
/** E_FAIL: what has no number of its own. */
const failed = 0x80004005;

export function denied(): Refusal {
  return new Refusal(accessDenied, 'Access is denied.');
}

/** A request that is none. */
export function invalidRequest(): Refusal {
  return new Refusal(invalidArgument, 'The parameter is incorrect.');
}

export function missingService(name: string): Refusal {
  return new Refusal(fileNotFound, `The specified service does not exist as an installed service: ${name}`);
}

export function registryRefusal(problem: HiveProblem): Refusal {
  switch (problem) {
    case 'missing':
      return new Refusal(fileNotFound, 'The system cannot find the file specified.');
    case 'denied':
      return denied();
    case 'full':
      return new Refusal(failed, 'Insufficient system resources exist to complete the requested service.');
  }
}
