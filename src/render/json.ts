import type { Hresult } from '../licensing/hresult';
import { utc } from '../licensing/local-time';
import type { CommandLine } from '../verbs/grammar';
import { endingOf, type CommandResult } from '../verbs/run';
import { hasVerbData, verbDataOf } from './json/verb-data';
import { complaintSentence } from './text/complaint';
import { resultLines } from './text/result-lines';

/** What a command line in slmgr's grammar contributes to the JSON document. */
export interface VerbFacts {
  /** Null where the words named no verb. */
  readonly verb: string | null;
  readonly ok: boolean;
  readonly hresult: Hresult | null;
  readonly messages: readonly string[];
  /** Null where the words were refused or no machine was reached. */
  readonly data: unknown;
}

/** Makes the document's facts out of a command line and everything it brought forth. */
export function verbFacts(line: CommandLine, results: readonly CommandResult[]): VerbFacts {
  const { ok, hresult } = endingOf(results);
  return {
    verb: verbNameOf(line),
    ok,
    hresult,
    messages: results.flatMap(messagesOf),
    data: line.kind === 'call' && wasReached(results) ? dataOf(line.verb.name, results) : null,
  };
}

/** The sentences about a result; what is data is not told again. */
function messagesOf(result: CommandResult): readonly string[] {
  switch (result.kind) {
    case 'service':
    case 'license-information':
    case 'expiration':
    case 'subscription':
    case 'token-licenses':
    case 'certificate':
    case 'activation-objects':
      return [];
    case 'complaint':
      return [complaintSentence(result.complaint)];
    case 'error':
      return [...new Set([...resultLines(result, utc), result.detail])].filter((line) => line !== '');
    default:
      return resultLines(result, utc)
        .map((line) => line.trim())
        .filter((line) => line !== '');
  }
}

function verbNameOf(line: CommandLine): string | null {
  if (line.kind === 'call') return line.verb.name;
  return line.complaint.kind === 'missing-parameter' ? line.complaint.verb : null;
}

function wasReached(results: readonly CommandResult[]): boolean {
  return !results.some((result) => result.kind === 'error' && result.step.kind === 'connecting');
}

function dataOf(verb: string, results: readonly CommandResult[]): unknown {
  return hasVerbData(verb) ? verbDataOf[verb](results) : null;
}
