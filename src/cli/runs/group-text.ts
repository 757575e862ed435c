import type { FoldedResults } from '../../fleet/runs/fold-results';
import { isGood } from '../../fleet/runs/outcome';
import { painted } from '../output/colour-seal';
import { lineDifferences } from './line-differences';

/** Folded results as text: one heading line for each group, then what its machines have in common. */
export function groupsText(
  groups: readonly FoldedResults[],
  style: { readonly colour: boolean; readonly isDiff: boolean },
): string {
  const base = style.isDiff ? largest(groups) : undefined;
  const ordered = base === undefined ? groups : [base, ...groups.filter((group) => group !== base)];
  return ordered
    .map((group) => {
      const body = base === undefined || group === base ? textOf(group) : differences(base, group);
      return `${heading(group, style.colour)}\n${body}`;
    })
    .join('');
}

/** The largest group of machines that did well, else the largest of all. */
function largest(groups: readonly FoldedResults[]): FoldedResults | undefined {
  const good = groups.filter(({ outcome }) => isGood(outcome));
  return (good.length > 0 ? good : groups).toSorted(
    (one, other) => other.machines.length - one.machines.length,
  )[0];
}

/** `== PC-[001-050] (50) changed, verified ==` */
function heading(group: FoldedResults, colour: boolean): string {
  const { folded, machines } = group;
  const line = `== ${folded} (${machines.length}) ${statusText(group)} ==`;
  if (!colour) return line;
  const code = isGood(group.outcome) ? 1 : 31;
  return painted(line, (text) => `\u001b[${code}m${text}\u001b[0m`);
}

/** How a result ended, in a few words: `failed, 0xC004F074`, `unreachable at tcp, 0x800706BA`. */
export function statusText({
  outcome,
  verification,
  hresult,
  step,
}: Pick<FoldedResults, 'outcome' | 'verification' | 'hresult' | 'step'>): string {
  const where = step === null ? '' : ` at ${step}`;
  return [`${outcome}${where}`, verification, hresult].filter((part) => part !== null).join(', ');
}

function textOf({ text }: FoldedResults): string {
  const body = text.replace(/^\n+|\s+$/g, '');
  return body === '' ? '\n' : `${body}\n\n`;
}

function differences(base: FoldedResults, group: FoldedResults): string {
  const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
  const found = lineDifferences(lines(base.text), lines(group.text));
  return found.length === 0 ? '  (the same text)\n\n' : `${found.join('\n')}\n\n`;
}
