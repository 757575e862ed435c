import { ForecastRun } from '../answers/forecast-run';
import { readScenario } from '../scenario/read-scenario';

/** What one of many runs brings. */
export interface OneRun {
  readonly seed: number;
  /** Licensed machines, row by row of the series. */
  readonly licensed: readonly number[];
  readonly dropped: number;
}

/** Work for one thread: a scenario's text, and the seeds to play it with. */
export interface ManyWork {
  readonly text: string;
  readonly source: string;
  readonly seeds: readonly number[];
}

/** Plays a scenario with each seed. */
export function* playSeeds({ text, source, seeds }: ManyWork): Generator<OneRun> {
  const { plan } = readScenario(text, source);
  for (const seed of seeds) {
    const { series, sites } = new ForecastRun({ ...plan, seed }).playAll();
    yield {
      seed,
      licensed: series.map(({ counts }) => counts.licensed),
      dropped: sites.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }
}
