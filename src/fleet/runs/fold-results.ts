import { foldNames } from '../targets/fold';
import { isGood, outcomes, type MachineResult, type Outcome } from './outcome';

/** What machines have in common that are folded into one group. */
type Shared = Pick<MachineResult, 'outcome' | 'verification' | 'exitCode' | 'hresult' | 'step' | 'text'>;

/** Machines whose text and status are the same. */
export interface FoldedResults extends Shared {
  /** In the order of the run. */
  readonly machines: readonly string[];
  /** The machines as an expression: `PC-[001-050]`. */
  readonly folded: string;
}

/** Stands in a text in place of the machine's own name, where several machines share the text. */
const placeholder = '<machine>';

interface Group {
  readonly shared: Shared;
  /** The text of the first one as it was. */
  readonly own: string;
  readonly machines: string[];
}

/** Folds results as they come: of each text no more than one copy is kept. */
export class ResultFolder {
  readonly #groups = new Map<string, Group>();
  readonly #alike: (text: string, machine: string) => string;

  /** `alike` takes out of a text what else is another one for each machine, as its address. */
  constructor(alike: (text: string, machine: string) => string = (text) => text) {
    this.#alike = alike;
  }

  add(result: MachineResult): void {
    const { machine, outcome, verification, exitCode, hresult, step } = result;
    const text = withoutName(this.#alike(result.text, machine), machine);
    const key = JSON.stringify([outcome, verification, exitCode, hresult, step, text]);
    const group = this.#groups.get(key);
    if (group !== undefined) group.machines.push(machine);
    else {
      const shared = { outcome, verification, exitCode, hresult, step, text };
      this.#groups.set(key, { shared, own: result.text, machines: [machine] });
    }
  }

  /** The largest group first, what is not good behind all that is, and of equal groups the one that came first. */
  groups(): readonly FoldedResults[] {
    return [...this.#groups.values()]
      .map(({ shared, own, machines }) => ({
        ...shared,
        text: machines.length === 1 ? own : shared.text,
        machines,
        folded: foldNames(machines),
      }))
      .sort(
        (one, other) =>
          rank(one.outcome) - rank(other.outcome) || other.machines.length - one.machines.length,
      );
  }
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
