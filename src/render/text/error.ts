import { printedCode, slmgrSentence } from '../../licensing/slmgr-messages';
import type { VerbError } from '../../verbs/results';
import type { ScriptGeneration } from './script-generation';

/** The line about an error of the service, of the registry or of the connection. */
export function errorLines({ hresult, step }: VerbError, { sentences }: ScriptGeneration): readonly string[] {
  const code = printedCode(hresult);
  const sentence = sentences[hresult] ?? slmgrSentence(hresult);
  if (step.kind === 'operation') return [`Error: ${code} ${sentence}`];
  const where = step.machine === null ? 'the local WMI provider' : `server ${step.machine}`;
  return [`Error ${code} occurred in connecting to ${where}. ${sentence}`];
}
