import { SshUserFiles } from '../transports/ssh/user-files';
import type { RemotePorts } from './ports';
import type { RunAnswers } from './run-answers';

/**
 * The ports of one run over many machines: nobody is asked anything in its middle, files of SSH and of passwords are read
 * once, a password's program runs once, and a warning that is the same for all is told once.
 */
export function runPorts(ports: RemotePorts, answers: RunAnswers): RemotePorts {
  const told = new Set<string>();
  return {
    ...ports,
    sshFiles: new SshUserFiles(),
    askSecret: answers.secret,
    askYesNo: () => Promise.resolve(null),
    confirmHostKey: answers.trusts,
    readInputLine: () => Promise.resolve(null),
    runCommand: once(ports.runCommand),
    readSecretFile: once(ports.readSecretFile),
    warn: (line) => {
      if (told.has(line)) return;
      told.add(line);
      ports.warn(line);
    },
  };
}

function once<T>(ask: (word: string) => Promise<T>): (word: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (word) => {
    const answer = answers.get(word) ?? ask(word);
    answers.set(word, answer);
    return answer;
  };
}
