import { answerRequest } from '../../../src/providers/windows/bridge/answer-request';
import { parseAnswer, parseRequest } from '../../../src/providers/windows/bridge/answer-schema';
import { type BridgeHost, type BridgeRequest } from '../../../src/providers/windows/bridge/protocol';
import { type RemoteProvider, windowsProvider } from '../../../src/providers/windows/provider';
import { type ScriptRunner } from '../../../src/providers/windows/script-runner';
import { renderText } from '../../../src/render/text';
import { parseCommandLine } from '../../../src/verbs/grammar';
import { type CommandResult, endingOf, runCommandLine } from '../../../src/verbs/run';
import type { ConformanceCase, Observed } from '../../conformance/case-file';
import { type Double, makeDouble } from '../../conformance/double';

export const testHost: BridgeHost = {
  computer: 'SERVER01',
  user: 'SERVER01\\admin',
  elevated: true,
  languageMode: 'FullLanguage',
  powerShell: '5.1.20348.1',
  system: '10.0.20348.0',
  now: null,
};

/** The far side in this process: everything that goes over is JSON text, as it is over a wire. */
export function runnerOver({ provider }: Pick<Double, 'provider'>, host = testHost): ScriptRunner {
  return {
    run: async (request: BridgeRequest) => {
      const asked = parseRequest(JSON.stringify(request));
      return parseAnswer(JSON.stringify(await answerRequest(provider, asked, host)));
    },
    close: () => Promise.resolve(),
  };
}

/** What a case brought forth, and what it cost. */
export interface Cost {
  readonly verb: string;
  readonly roundTrips: number;
}

/** Runs a case over a script runner that is made for it. */
export async function executeOver(
  one: ConformanceCase,
  makeRunner: (double: Double) => ScriptRunner,
  tell: (cost: Cost) => void = () => undefined,
): Promise<Observed> {
  const double = makeDouble(one);
  const line = parseCommandLine(one.argv);
  const verb = line.kind === 'call' ? { name: line.verb.name, args: line.args } : undefined;
  const provider = windowsProvider(makeRunner(double), {
    description: { kind: 'windows', machine: 'server01' },
    clock: () => Date.parse(`${one.now.replace(' ', 'T')}Z`),
    readLocalFile: (path) => double.provider.files.read(path),
    verb,
  });
  const connect = async (): Promise<RemoteProvider> => {
    double.failAt('Connect');
    await provider.connect();
    return provider;
  };
  const results: CommandResult[] = [];
  for await (const result of runCommandLine(line, connect)) results.push(result);
  if (verb !== undefined) tell({ verb: verb.name, roundTrips: provider.cost.roundTrips });
  return { stdout: renderText(results), exitCode: endingOf(results).scriptExitCode, calls: double.calls };
}
