import {
  changesState,
  type BridgeOperation,
  type BridgeResult,
} from '../../src/providers/windows/bridge/protocol';
import { windowsProvider, type RemoteProvider } from '../../src/providers/windows/provider';
import { type ScriptRunner } from '../../src/providers/windows/script-runner';
import { remoteFailure } from '../../src/remote/remote-failure';
import { verbFacts } from '../../src/render/json';
import { verbDataSchemas, type VerbDataName } from '../../src/render/schemas/verbs';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../src/verbs/run';
import { makeDouble, type Double } from '../conformance/double';
import { Disturbed, type Disturbance, type SoapCall } from './far-side';
import { farMachine } from './far-machine';

/** A change that went over, and what was answered; null where no answer came. */
interface Change {
  readonly operation: BridgeOperation;
  readonly result: BridgeResult | null;
}

/** A runner that notes what becomes of changes. */
function noting(runner: ScriptRunner, changes: Change[]): ScriptRunner {
  return {
    run: async (request) => {
      const operations = request.steps.map((step) => step.do);
      const note = (operation: BridgeOperation, result: BridgeResult | null): void => {
        if (changesState(operation)) changes.push({ operation, result });
      };
      try {
        const answer = await runner.run(request);
        // What stands behind a change that failed was not done, and is asked for again.
        operations.slice(0, answer.results.length).forEach((each, at) => note(each, answer.results[at]!));
        return answer;
      } catch (error) {
        operations.forEach((each) => note(each, null));
        throw error;
      }
    },
    close: () => runner.close(),
  };
}

/** Each licence file with another text, so that installing two is not installing one twice. */
export function withOwnTexts({ provider, ...rest }: Double): Double {
  const files = {
    ...provider.files,
    read: (path: string) => Promise.resolve(`<r:license>${path}</r:license>`),
  };
  return { ...rest, provider: { ...provider, files } };
}

/** How a verb ended over a disturbed way. */
export interface Outcome {
  readonly results: readonly CommandResult[];
  readonly ok: boolean;
  readonly changes: readonly Change[];
  readonly soap: readonly SoapCall[];
  /** Changes that the machine was really made to do, but the refresh that every verb may repeat. */
  readonly done: readonly string[];
  readonly disturbed: boolean;
}

/** A way to a double, one of whose answers is disturbed. */
export type Way = (double: Double, disturbed: Disturbed, calls: SoapCall[]) => ScriptRunner;

/** Calls that change nothing, and the refresh that a verb may repeat. */
export const reading = /RefreshLicenseStatus|^ldap\.get|^signer\.|\.Generate|\.GetToken/;

/** Runs a line over a disturbed way and renders what came of it. Whatever is thrown fails the test. */
export async function runFar(argv: readonly string[], way: Way, disturbance: Disturbance): Promise<Outcome> {
  const double = withOwnTexts(makeDouble(farMachine(argv)));
  const [changes, soap, results]: [Change[], SoapCall[], CommandResult[]] = [[], [], []];
  const line = parseCommandLine(argv);
  const disturbed = new Disturbed(disturbance);
  const provider = windowsProvider(noting(way(double, disturbed, soap), changes), {
    description: { kind: 'windows', machine: 'far' },
    clock: () => Date.UTC(2026, 10, 20, 10),
    readLocalFile: () => Promise.resolve('<r:license/>'),
    verb: line.kind === 'call' ? { name: line.verb.name, args: line.args } : undefined,
    translate: (error) => remoteFailure(error, 'far'),
  });
  const connect = async (): Promise<RemoteProvider> => {
    await provider.connect();
    return provider;
  };
  for await (const result of runCommandLine(line, connect)) results.push(result);
  const facts = verbFacts(line, results);
  JSON.stringify(facts);
  renderText(results);
  if (facts.data !== null) {
    expect(verbDataSchemas[facts.verb as VerbDataName].strict().safeParse(facts.data).error).toBeUndefined();
  }
  const done = double.calls.filter((call) => !reading.test(call));
  return { results, ok: endingOf(results).ok, changes, soap, done, disturbed: disturbed.happened };
}

/** Windows' script goes on behind these codes of the registry: done, not there, and for /ipk not allowed. */
const goodCodes: readonly unknown[] = [0, 2, 5];

function isSuccess({ operation, result }: Change): boolean {
  if (operation.op === 'invoke' && operation.method === 'RefreshLicenseStatus') return true;
  if (result?.ok !== true) return false;
  const { value } = result;
  if (operation.op === 'directory-delete') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return operation.op === 'invoke' || goodCodes.includes((value as { readonly code?: unknown }).code);
}

/** What holds of every end, whatever came over the way. */
export function checkEnd({ results, ok, changes, soap, done }: Outcome): void {
  expect(done).toEqual([...new Set(done)]);
  const error = results.find(({ kind }) => kind === 'error');
  if (error !== undefined) expect(endingOf(results).scriptExitCode).not.toBe(0);
  if (!ok) return;
  expect(changes.filter((change) => !isSuccess(change))).toEqual([]);
  expect(soap.filter(({ mayBeSuccess }) => !mayBeSuccess)).toEqual([]);
}
