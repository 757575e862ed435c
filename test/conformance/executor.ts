import { utc } from '../../src/licensing/local-time';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../src/verbs/run';
import type { ConformanceCase, Observed } from './case-file';
import { makeDouble } from './double';

/** Runs one case and says what was printed and called. Other ways to the machine put another executor here. */
export type Executor = (one: ConformanceCase) => Promise<Observed>;

/** An executor with what it stands on (a server, a process), which `close` ends after the last case. */
export interface OpenExecutor {
  readonly execute: Executor;
  readonly close: () => Promise<void>;
}

/** Runs a case in this process against the verb layer over the double. */
export const executeInProcess: Executor = async (one) => {
  const { provider, calls, failAt } = makeDouble(one);
  const results: CommandResult[] = [];
  const connect = (): Promise<typeof provider> =>
    Promise.resolve().then(() => {
      failAt('Connect');
      return provider;
    });
  for await (const result of runCommandLine(parseCommandLine(one.argv), connect)) results.push(result);
  return { stdout: renderText(results, utc), exitCode: endingOf(results).scriptExitCode, calls };
};
