import { ResultFolder } from '../../fleet/runs/fold-results';
import type { MachineResult } from '../../fleet/runs/outcome';
import { printableJson } from '../../transports/harmless-text';
import { wantsColour } from '../console';
import { documentLine } from '../output/document';
import { tell } from '../output/tell';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import type { ConductedRun, Onlooker, ProgressState } from './conducted-run';
import type { ShownCommandRun } from './command-run-types';
import { groupsText, statusText } from './group-text';
import { showProgress } from './progress';
import { ErrorTally, recapLines, rerunHint } from './recap';
import { runResultSchema } from './result-schema';
import type { RunSettings } from './run-options';

/** What is shown: a verb or a command, with its options, and how its texts are folded. */
interface Shown {
  readonly verb: string;
  readonly options: OptionValues;
  readonly folder?: ResultFolder;
}

/** Shows a run: results as they come where that is wanted, and everything at the end. */
export class Presentation implements Onlooker {
  readonly #verb: string;
  readonly #settings: RunSettings;
  readonly #options: OptionValues;
  readonly #around: Surroundings;
  readonly #folder: ResultFolder;
  readonly #errors = new ErrorTally();
  readonly #results: MachineResult[] = [];
  /** By machine, in the order of the run. */
  readonly #places = new Map<string, number>();
  #run = '';

  constructor(
    { verb, options, folder = new ResultFolder() }: Shown,
    settings: RunSettings,
    around: Surroundings,
  ) {
    this.#verb = verb;
    this.#folder = folder;
    this.#settings = settings;
    this.#options = options;
    this.#around = around;
  }

  readonly begun = (run: string, machines: readonly string[]): void => {
    this.#run = run;
    if (this.#keepsResults) machines.forEach((name, at) => this.#places.set(name, at));
  };

  /** Text needs no more of each than its group. */
  get #keepsResults(): boolean {
    return this.#settings.form === 'json' || this.#options.tsv === true;
  }

  #place(machine: string): number {
    return this.#places.get(machine) ?? 0;
  }

  readonly ended = (result: MachineResult): void => {
    const { form, isLive } = this.#settings;
    const { console } = this.#around;
    this.#errors.add(result);
    if (this.#keepsResults) this.#results.push(result);
    if (form === 'ndjson') {
      console.out(`${printableJson({ schema: runResultSchema, run: this.#run, ...result })}\n`);
    } else if (form === 'text') {
      this.#folder.add(result);
      if (isLive) console.out(liveText(result));
    }
  };

  readonly progress = (state: ProgressState | null): void => {
    showProgress(this.#around.console)(state);
  };

  /** The end: folded groups and the recap, or the document. */
  end(run: ConductedRun): void {
    const { console } = this.#around;
    const { data, text, messages, exitCode } = this.shown(run);
    if (this.#settings.form !== 'text') {
      const facts = { verb: this.#verb, target: null, ok: exitCode === 0, hresult: null };
      console.out(documentLine({ ...facts, exitCode, messages, data }));
      return;
    }
    console.out(text({ colour: wantsColour(console, this.#options) }));
    for (const line of messages) tell(console, `slmgr: ${line}`);
    const hint = rerunHint(run);
    if (hint !== null && console.errIsTerminal) tell(console, hint);
  }

  /** What there is to show at the end. */
  shown(run: ConductedRun): ShownCommandRun {
    const { id, counts, exitCode } = run;
    const results = this.#results.toSorted(
      ({ machine: one }, { machine: other }) => this.#place(one) - this.#place(other),
    );
    return {
      data: { run: id, counts, ...(this.#settings.form === 'json' ? { results } : {}) },
      text: ({ colour }) => groupsText(this.#folder.groups(), { colour, isDiff: this.#settings.isDiff }),
      messages: [...recapLines(run), ...this.#errors.lines(this.#around)],
      exitCode,
      results,
    };
  }
}

function liveText(result: MachineResult): string {
  const lines = result.text.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.length === 0 ? [statusText(result)] : lines;
  return shown.map((line) => `${result.machine}: ${line}\n`).join('');
}
