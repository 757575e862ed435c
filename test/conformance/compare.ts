import type { ConformanceCase, Observed } from './case-file';
import type { Executor } from './executor';

/** What a run over many cases found. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs cases one after the other and reports each that differs: its name and what was expected (`-`) and observed
 * (`+`). A case whose run throws is a failing case.
 */
export async function runCases(
  cases: readonly ConformanceCase[],
  execute: Executor,
  report: (text: string) => void,
): Promise<Summary> {
  let failed = 0;
  for (const one of cases) {
    const difference = await differenceOf(one, execute);
    if (difference === null) continue;
    failed += 1;
    report(`FAIL ${one.name}\n${difference}\n`);
  }
  return { passed: cases.length - failed, failed };
}

async function differenceOf(one: ConformanceCase, execute: Executor): Promise<string | null> {
  let observed: Observed;
  try {
    observed = await execute(one);
  } catch (error) {
    return `  threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const { expected } = one;
  const parts = [
    lineDiff('stdout', expected.stdout.split('\n'), observed.stdout.split('\n')),
    lineDiff('calls', expected.calls.map(withoutCase), observed.calls.map(withoutCase)),
    lineDiff('exit code', [String(expected.exitCode)], [String(observed.exitCode)]),
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  return text === '' ? null : text;
}

/** Method names compare without case, as on Windows; arguments do not. */
function withoutCase(call: string): string {
  return call.replace(/\.(\w+)\(/, (_whole, name: string) => `.${name.toLowerCase()}(`);
}

/** The lines that differ, between the common beginning and the common end; "" where none does. */
export function lineDiff(title: string, expected: readonly string[], observed: readonly string[]): string {
  let start = 0;
  while (start < expected.length && start < observed.length && expected[start] === observed[start])
    start += 1;
  if (start === expected.length && start === observed.length) return '';
  let end = 0;
  const limit = Math.min(expected.length, observed.length) - start;
  while (end < limit && expected.at(-1 - end) === observed.at(-1 - end)) end += 1;
  const removed = expected.slice(start, expected.length - end).map((line) => `  - ${line}`);
  const added = observed.slice(start, observed.length - end).map((line) => `  + ${line}`);
  return [`  ${title}, from line ${start + 1}:`, ...removed, ...added].join('\n');
}
