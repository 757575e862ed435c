import type { Hresult } from '../../licensing/hresult';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import type { VerbResult } from '../../verbs/results';
import { isFailure } from '../../verbs/run';
import { findVerb } from '../../verbs/table';

/** Why a verb did not do what it was to do. */
export interface VerbProblem {
  readonly message: string;
  readonly hresult: Hresult | null;
}

/**
 * Runs one verb of slmgr's on a machine. What the machine or the way to it refuses is the answer; null where all was done.
 * `name` is without its slash.
 */
export async function runVerb(
  provider: LicensingProvider,
  name: string,
  args: readonly string[],
): Promise<VerbProblem | null> {
  const verb = findVerb(name);
  if (verb === undefined) throw new Error(`no verb ${name}`);
  const operate = (at: LicensingProvider): AsyncIterable<VerbResult> =>
    verb.operation({ provider: at, remote: true }, args);
  try {
    const results = provider.gather === undefined ? operate(provider) : provider.gather(operate);
    for await (const result of results) {
      if (isFailure(result)) return { message: refusalText(name, result), hresult: reasonOf(result) };
    }
    return null;
  } catch (error) {
    if (!isLicensingError(error)) throw error;
    return { message: `/${name}: ${error.message}`, hresult: error.hresult };
  }
}

function reasonOf(result: VerbResult): Hresult | null {
  return result.kind === 'activation-ended' && result.licenseStatusReason !== 0
    ? (result.licenseStatusReason as Hresult)
    : null;
}

function refusalText(verb: string, { kind }: VerbResult): string {
  return `/${verb} was not done: ${kind === 'activation-ended' ? 'the product is not licensed' : kind.replaceAll('-', ' ')}`;
}
