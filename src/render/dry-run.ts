import { processZone, type ZoneOffset } from '../licensing/local-time';
import type { PlannedCall } from '../licensing/planned-call';
import { harmlessText } from '../transports/harmless-text';
import { isFailure, type CommandResult } from '../verbs/run';
import type { DryRunData } from './schemas/verbs';
import { renderText } from './text';

/**
 * The text of a dry run: a line for each call that would be made, and what stands in the way of it. How an activation
 * ends is left out, since none was tried.
 */
export function renderDryRun(
  calls: readonly PlannedCall[],
  results: readonly CommandResult[],
  zone: ZoneOffset = processZone,
): string {
  const lines = calls.map(callLine);
  const obstacles = results.filter((result) => isFailure(result) && result.kind !== 'activation-ended');
  return lines.join('') + renderText(obstacles, zone);
}

/** Data of a dry run. */
export function dryRunDataOf(calls: readonly PlannedCall[]): DryRunData {
  return { plannedCalls: calls.map(({ target, method, args }) => ({ target, method, args: { ...args } })) };
}

function callLine({ target, method, args }: PlannedCall): string {
  return `${harmlessText(`Would call ${target}.${method}(${Object.values(args).map(String).join(', ')})`)}\n`;
}
