import type * as z from 'zod';
import { readYaml, YamlTextError, type TextPlace, type YamlText } from '../../remote/yaml-text';
import { harmlessText } from '../../transports/harmless-text';
import { buildPlan } from '../plan/build-plan';
import type { Plan } from '../plan/plan';
import { pathText, type Path, type Problem, Problems, ScenarioError } from './problems';
import { type Scenario, scenarioSchema } from './schema';

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
  const { value, placeOf } = readText(text, source);
  const place = (path: Path, isKey: boolean): string => placeText(source, placeOf(path, isKey));
  const parsed = scenarioSchema.safeParse(value);
  if (!parsed.success) throw failure(parsed.error.issues.flatMap(problemsOf), place);
  const problems = new Problems();
  const plan = buildPlan(parsed.data, problems);
  if (plan === null || problems.found.length > 0) throw failure(problems.found, place);
  return { scenario: parsed.data, plan };
}

function readText(text: string, source: string): YamlText {
  try {
    return readYaml(text);
  } catch (cause) {
    if (!(cause instanceof YamlTextError)) throw cause;
    throw new ScenarioError(`${placeText(source, cause.place)}: ${mistakeText(cause)}`);
  }
}

function mistakeText({ kind, message }: YamlTextError): string {
  return kind === 'repeated-key' ? `${message} stands twice` : `no YAML: ${message}`;
}

/** SOURCE:LINE:COLUMN */
function placeText(source: string, place: TextPlace | null): string {
  return place === null ? source : `${source}:${place.line}:${place.column}`;
}

/** A problem of the schema; unknown keys are told one by one. */
function problemsOf(issue: z.core.$ZodIssue): readonly (Problem & { readonly isKey?: boolean })[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here', isKey: true }));
  }
  if (issue.code === 'invalid_union') {
    const meant = meantForm(issue);
    if (meant !== null)
      return meant.flatMap((each) => problemsOf({ ...each, path: [...path, ...each.path] }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message, isKey: true }];
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
  return [{ path, message: isMissing ? 'is missing or of the wrong kind' : issue.message }];
}

/** What is wrong with the one of several forms that was meant, where only values in it are wrong; null where none is near. */
function meantForm({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const near = errors.filter((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  const [only, ...more] = near;
  return only === undefined || more.length > 0 ? null : only;
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
