import { readPlan, isPlanText } from '../../../fleet/policy/plan-file';
import type { Plan } from '../../../fleet/policy/plan';
import type { Policy } from '../../../fleet/policy/policy';
import { PolicyError, readPolicy } from '../../../fleet/policy/read-policy';
import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { Refusal } from '../../refusal';

/** What a file of `plan` and `apply` is. */
export type PolicyFile =
  { readonly kind: 'policy'; readonly policy: Policy } | { readonly kind: 'plan'; readonly plan: Plan };

const policyBytes = 4_000_000;
const planBytes = 400_000_000;

/** Reads a policy or a saved plan, told apart by the content. @throws Refusal with file and place */
export function readPolicyFile(path: string): PolicyFile {
  const text = contentOf(path);
  try {
    if (isPlanText(text)) return { kind: 'plan', plan: readPlan(text) };
    if (text.length > policyBytes)
      throw new PolicyError(`a policy of more than ${policyBytes} characters is not read`);
    return { kind: 'policy', policy: readPolicy(text) };
  } catch (error) {
    if (error instanceof PolicyError) throw new Refusal(`${path}: ${ended(error.message)}`, { cause: error });
    throw error;
  }
}

function contentOf(path: string): string {
  try {
    return decodeText(readFileUpTo(path, planBytes));
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}

/** A sentence ends, a question too. */
function ended(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
