import { foldNames } from '../targets/fold';
import { isGood, outcomes, type MachineResult, type Outcome } from './outcome';

/** Machines whose text and outcome are the same. */
export interface FoldedResults {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly text: string;
  readonly messages: readonly string[];
  /** In the order of the run. */
  readonly machines: readonly string[];
  /** The machines as an expression: `PC-[001-050]`. */
  readonly folded: string;
}

/** Stands in a text in place of the machine's own name, where several machines share the text. */
const placeholder = '<machine>';

interface Same {
  readonly first: MachineResult;
  readonly shared: Pick<MachineResult, 'text' | 'messages'>;
  readonly machines: string[];
}

/**
 * Folds results whose text, messages, outcome and status are the same but for the machine's own name: the largest
 * group first, what is not good behind all that is, and of equal groups the one that came first.
 */
export function foldResults(results: Iterable<MachineResult>): readonly FoldedResults[] {
  const groups = new Map<string, Same>();
  for (const result of results) {
    const { outcome, exitCode, machine } = result;
    const shared = {
      text: withoutName(result.text, machine),
      messages: result.messages.map((message) => withoutName(message, machine)),
    };
    const key = JSON.stringify([outcome, exitCode, shared.text, shared.messages]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: result, shared, machines: [machine] });
    else group.machines.push(machine);
  }
  return [...groups.values()]
    .map(({ first, shared, machines }) => ({
      outcome: first.outcome,
      exitCode: first.exitCode,
      text: machines.length === 1 ? first.text : shared.text,
      messages: machines.length === 1 ? first.messages : shared.messages,
      machines,
      folded: foldNames(machines),
    }))
    .sort(
      (one, other) => rank(one.outcome) - rank(other.outcome) || other.machines.length - one.machines.length,
    );
}

/** The text with the name as a whole word taken out: PC-1 is no part of PC-10. */
function withoutName(text: string, machine: string): string {
  if (!text.toLowerCase().includes(machine.toLowerCase())) return text;
  const escaped = machine.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'gi'), placeholder);
}

/** Good ones together, then the others in the order of the table of outcomes. */
function rank(outcome: Outcome): number {
  return isGood(outcome) ? 0 : outcomes.indexOf(outcome);
}
