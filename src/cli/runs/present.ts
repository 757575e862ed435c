import { ResultFolder } from '../../fleet/runs/fold-results';
import type { MachineResult } from '../../fleet/runs/outcome';
import { printableJson } from '../../transports/harmless-text';
import { wantsColour } from '../console';
import { documentLine } from '../output/document';
import { tell } from '../output/tell';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import type { ConductedRun, Onlooker, ProgressState } from './conduct';
import { groupsText, statusText } from './group-text';
import { showProgress } from './progress';
import { ErrorTally, recapLines, rerunHint } from './recap';
import { runResultSchema } from './result-schema';
import type { RunSettings } from './run-options';

/** Shows a run: results as they come where that is wanted, and everything at the end. */
export class Presentation implements Onlooker {
  readonly #verb: string;
  readonly #settings: RunSettings;
  readonly #options: OptionValues;
  readonly #around: Surroundings;
  readonly #folder = new ResultFolder();
  readonly #errors = new ErrorTally();
  readonly #results: MachineResult[] = [];
  /** By machine, in the order of the run. */
  readonly #places = new Map<string, number>();
  #run = '';

  constructor(verb: string, settings: RunSettings, options: OptionValues, around: Surroundings) {
    this.#verb = verb;
    this.#settings = settings;
    this.#options = options;
    this.#around = around;
  }

  readonly begun = (run: string, machines: readonly string[]): void => {
    this.#run = run;
    if (this.#settings.form === 'json') machines.forEach((name, at) => this.#places.set(name, at));
  };

  #place(machine: string): number {
    return this.#places.get(machine) ?? 0;
  }

  readonly ended = (result: MachineResult): void => {
    const { form, isLive } = this.#settings;
    const { console } = this.#around;
    this.#errors.add(result);
    if (form === 'json') this.#results.push(result);
    else if (form === 'ndjson') {
      console.out(`${printableJson({ schema: runResultSchema, run: this.#run, ...result })}\n`);
    } else {
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
    this.#results.sort(({ machine: one }, { machine: other }) => this.#place(one) - this.#place(other));
    const lines = [...recapLines(run), ...this.#errors.lines(this.#around)];
    if (this.#settings.form !== 'text') {
      const { id, counts } = run;
      const results = this.#settings.form === 'json' ? { results: this.#results } : {};
      console.out(
        documentLine({
          verb: this.#verb,
          target: null,
          ok: run.exitCode === 0,
          exitCode: run.exitCode,
          hresult: null,
          messages: lines,
          data: { run: id, counts, ...results },
        }),
      );
      return;
    }
    const colour = wantsColour(console, this.#options);
    console.out(groupsText(this.#folder.groups(), { colour, isDiff: this.#settings.isDiff }));
    for (const line of lines) tell(console, `slmgr: ${line}`);
    const hint = rerunHint(run);
    if (hint !== null && console.errIsTerminal) tell(console, hint);
  }
}

function liveText(result: MachineResult): string {
  const lines = result.text.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.length === 0 ? [statusText(result)] : lines;
  return shown.map((line) => `${result.machine}: ${line}\n`).join('');
}
