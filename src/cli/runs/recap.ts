import { isGood, type Counts, type MachineResult } from '../../fleet/runs/outcome';
import { foldNames } from '../../fleet/targets/fold';
import type { Surroundings } from '../parts';
import type { ConductedRun } from './conducted-run';

const shownErrors = 3;
const shownCharacters = 120;

interface Kind {
  readonly hresult: string | null;
  readonly step: string | null;
  readonly message: string;
  /** What to do about it, where the machine's own way says so. */
  readonly advice: string;
  readonly machines: string[];
}

/** Counts errors by their kind while results come: number and step, else the sentence. */
export class ErrorTally {
  readonly #kinds = new Map<string, Kind>();

  add({ machine, outcome, hresult, step, messages }: MachineResult): void {
    if (isGood(outcome) || outcome === 'not-run' || outcome === 'skipped') return;
    const { message, advice } = ownWords(messages);
    const key = JSON.stringify([hresult, step, hresult === null ? message : '']);
    const kind = this.#kinds.get(key);
    if (kind === undefined) this.#kinds.set(key, { hresult, step, message, advice, machines: [machine] });
    else kind.machines.push(machine);
  }

  /** The commonest errors, a line each: how often, what, which machines, and what to do. */
  lines({ parts }: Surroundings): readonly string[] {
    return [...this.#kinds.values()]
      .sort((one, other) => other.machines.length - one.machines.length)
      .slice(0, shownErrors)
      .map(({ hresult, step, message, advice, machines }) => {
        const what = [hresult, step === null ? null : `at ${step}`].filter(Boolean).join(' ');
        const names = shortened(foldNames(machines));
        // Of a number that many things have, the way knows more than the table of errors.
        const known = advice === '' && hresult !== null ? parts.commands().explainShortly(hresult) : null;
        const todo = advice === '' ? (known ?? '') : `What to do: ${advice}`;
        const sentences = [message, todo].filter((text) => text !== '').map(whole);
        return `${machines.length} × ${what === '' ? 'an error' : what} (${names}): ${sentences.join(' ')}`.trimEnd();
      });
  }
}

/** What is known of this one machine, and not the sentence that slmgr has for the number; behind it stands what to do. */
function ownWords(messages: readonly string[]): { readonly message: string; readonly advice: string } {
  const [own = '', ...advice] = messages.filter((message) => !/^Error[: ]/.test(message));
  return { message: own.replace(/^slmgr: /, ''), advice: advice.join(' ') };
}

function whole(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function shortened(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

const words: readonly (readonly [keyof Counts, string])[] = [
  ['ok', 'ok'],
  ['changed', 'changed'],
  ['failed', 'failed'],
  ['unreachable', 'unreachable'],
  ['unknown', 'unknown'],
  ['skipped', 'skipped'],
  ['notRun', 'not run'],
];

const whyStopped = {
  interrupted: 'It was interrupted.',
  'max-fail': 'More machines failed than --max-fail allows, so no further one was begun.',
  deadline: 'The time of --deadline was over.',
} as const;

/** The outcome of a run in a line or two. */
export function recapLines({ id, counts, seconds, stopped }: ConductedRun): readonly string[] {
  const all = words.reduce((sum, [name]) => sum + counts[name], 0);
  const parts = words.flatMap(([name, word]) => (counts[name] === 0 ? [] : [`${counts[name]} ${word}`]));
  const line = `${all} ${all === 1 ? 'machine' : 'machines'}: ${parts.join(', ')} (${seconds.toFixed(1)} s, run ${id})`;
  return stopped === null ? [line] : [line, whyStopped[stopped]];
}

/** Which words take the run up again; null where nothing is left of it. */
export function rerunHint({ counts }: ConductedRun): string | null {
  if (counts.notRun > 0) return '--rerun not-run takes up those whose turn did not come.';
  if (counts.unknown > 0)
    return '--rerun unknown looks at those of which the outcome is unknown, and goes on there.';
  if (counts.unreachable > 0) return '--rerun unreachable tries those again that could not be reached.';
  return counts.failed > 0 ? '--rerun failed tries those again that failed.' : null;
}
