import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type * as z from 'zod';
import { harmlessText } from '../../transports/harmless-text';
import { buildPlan } from '../plan/build-plan';
import type { Plan } from '../plan/plan';
import { pathText, type Path, type Problem, Problems, ScenarioError } from './problems';
import { type Scenario, scenarioSchema } from './schema';

const greatestAliasCount = 100;
/** Problems that are told at once. */
const toldProblems = 20;

/** A scenario with the plan that it makes. */
export interface ReadScenario {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

/**
 * Reads a scenario from YAML (or JSON, which is YAML) and makes its plan.
 * @param source what the text came from, for messages
 * @throws ScenarioError with a line for each problem: source, line, column, path and what is wrong
 */
export function readScenario(text: string, source: string): ReadScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const place = (path: Path, isKey: boolean): string => placeOf(document, lines, { source, path, isKey });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const [first = ''] = error.message.split('\n');
    throw new ScenarioError(
      `${source}:${line}:${col}: no YAML: ${harmlessText(first.replace(/ at line .*$/, ''))}`,
    );
  }
  refuseRepeatedKeys(document, lines, source);
  const parsed = scenarioSchema.safeParse(toValue(document, source));
  if (!parsed.success) throw failure(parsed.error.issues.flatMap(problemsOf), place);
  const problems = new Problems();
  const plan = buildPlan(parsed.data, problems);
  if (plan === null || problems.found.length > 0) throw failure(problems.found, place);
  return { scenario: parsed.data, plan };
}

function toValue(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: greatestAliasCount });
  } catch (cause) {
    throw new ScenarioError(`${source}: no YAML: ${harmlessText(String(cause))}`);
  }
}

/** A problem of the schema; unknown keys are told one by one. */
function problemsOf(issue: z.core.$ZodIssue): readonly (Problem & { readonly isKey?: boolean })[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here', isKey: true }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message, isKey: true }];
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
  return [{ path, message: isMissing ? 'is missing or of the wrong kind' : issue.message }];
}

function failure(
  problems: readonly (Problem & { readonly isKey?: boolean })[],
  place: (path: Path, isKey: boolean) => string,
): ScenarioError {
  const told = problems.slice(0, toldProblems).map(({ path, message, isKey = false }) => {
    const where = path.length === 0 ? '' : `${pathText(path)}: `;
    return `${place(path, isKey)}: ${harmlessText(`${where}${message}`)}`;
  });
  const left = problems.length - told.length;
  const more = left > 0 ? [`and ${left} more`] : [];
  return new ScenarioError([...told, ...more].join('\n'), problems);
}

/** SOURCE:LINE:COLUMN of what a path leads to, or of the nearest thing on the way that is there. */
function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  { source, path, isKey }: { readonly source: string; readonly path: Path; readonly isKey: boolean },
): string {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const offset = offsetOf(document, path.slice(0, depth), isKey && depth === path.length);
    if (offset === null) continue;
    const { line, col } = lines.linePos(offset);
    return `${source}:${line}:${col}`;
  }
  return source;
}

function offsetOf(document: Document.Parsed, path: Path, isKey: boolean): number | null {
  if (isKey) {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1))?.key
      : undefined;
    return isNode(key) ? (key.range?.[0] ?? null) : null;
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function refuseRepeatedKeys(document: Document.Parsed, lines: LineCounter, source: string): void {
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const { line, col } = lines.linePos(key.range?.[0] ?? 0);
          const word = harmlessText(String(key.value));
          throw new ScenarioError(`${source}:${line}:${col}: ${word} stands twice`);
        }
        seen.add(key.value);
      }
    },
  });
}
