import { answersOnPort } from './probe';
import {
  askSecret,
  askYesNo,
  readInputLine,
  readSecretFile,
  readTextFile,
  runUserCommand,
} from './process-ports';

/** What this process offers to the remote side; the caller adds its environment, its clock and where warnings go. */
export const processPorts = {
  readFile: readTextFile,
  readSecretFile,
  runCommand: runUserCommand,
  askSecret,
  askYesNo,
  readInputLine,
  answersOnPort,
} as const;
