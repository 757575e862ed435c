import { type BridgeResult, type BridgeStep } from './protocol';

/** Whether the steps behind this one may run: the rule of the PowerShell script, the same on both sides. */
export function mayGoOn(step: BridgeStep, result: BridgeResult): boolean {
  if (!result.ok) return step.onError === 'go-on';
  if (step.accept === undefined) return true;
  const { value } = result;
  const code = typeof value === 'object' && value !== null && 'code' in value ? value['code'] : undefined;
  return typeof code === 'number' && step.accept.includes(code);
}

/**
 * Whether results can be those of steps done in order: one for each, or fewer where the last one says why nothing behind
 * it was done.
 */
export function isInOrder(steps: readonly BridgeStep[], results: readonly BridgeResult[]): boolean {
  if (results.length > steps.length || (results.length === 0 && steps.length > 0)) return false;
  return results.every((result, index) => {
    const step = steps[index];
    const isLast = index === results.length - 1;
    if (step === undefined) return false;
    return mayGoOn(step, result) ? !isLast || results.length === steps.length : isLast;
  });
}
