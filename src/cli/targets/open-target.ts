import type { LicensingProvider } from '../../licensing/provider';
import type { OptionValues } from '../argv/option-values';
import type { CommandContext } from '../framework/command';
import { isOptionName, type OptionName } from '../options';
import { resolveTarget, type TargetContext } from './resolve';

/**
 * The machine that a subcommand's word names, as a verb would find it; the local one for null. `verb`: the one that reads
 * the same, so that its reads come along with the first round trip. `isOneOfSeveral`: whether the line names more machines.
 */
export function openTarget(
  name: string | null,
  context: CommandContext,
  { verb, isOneOfSeveral }: Pick<TargetContext, 'verb' | 'isOneOfSeveral'> = {},
): Promise<LicensingProvider> {
  const options = rawOptions(context);
  const { console, parts } = context;
  const target =
    name === null || name === '.'
      ? ({ kind: 'local' } as const)
      : ({ kind: 'remote', machine: name, account: null } as const);
  return resolveTarget(target, { options, console, parts, self: null, verb, isOneOfSeveral });
}

/** The options of a subcommand's line in the form of a verb's line. */
export function rawOptions(context: CommandContext): OptionValues {
  const options: Partial<Record<OptionName, true | readonly string[]>> = {};
  for (const [option, value] of Object.entries(context.options)) {
    if (!isOptionName(option) || value === undefined) continue;
    options[option] = typeof value === 'string' ? [value] : value;
  }
  return options;
}
