import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { utc } from '../../src/licensing/local-time';
import { snapshotProvider } from '../../src/providers/snapshot/provider';
import { verbFacts } from '../../src/render/json';
import { verbDataSchemas, type VerbDataName } from '../../src/render/schemas/verbs';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../src/verbs/run';
import { readCases, type ConformanceCase } from './case-file';
import { runCases } from './compare';
import { makeDouble } from './double';
import { executeInProcess, type Executor } from './executor';
import { withNulls, withTexts, withUnsignedNumbers } from './variants';

const folder = join(__dirname, '..', '..', '..', 'shared', 'conformance', 'cases');
const present = existsSync(folder);
const note = present ? '' : ` (skipped: there is no ${folder})`;

/** The corpus lies beside the repository and not in it. */
const testWithCorpus = present ? test : test.skip;

async function reportsOf(cases: readonly ConformanceCase[], execute: Executor): Promise<string[]> {
  const reports: string[] = [];
  await runCases(cases, execute, (text) => reports.push(text));
  return reports;
}

async function resultsOf(one: ConformanceCase): Promise<CommandResult[]> {
  const { provider, failAt } = makeDouble(one);
  const connect = async (): Promise<typeof provider> => {
    await Promise.resolve();
    failAt('Connect');
    return provider;
  };
  const results: CommandResult[] = [];
  for await (const result of runCommandLine(parseCommandLine(one.argv), connect)) results.push(result);
  return results;
}

const executeOnSnapshot: Executor = async (one) => {
  const results: CommandResult[] = [];
  const provider = snapshotProvider(JSON.stringify(one.machine), 'file', Date.parse(`${one.now}Z`));
  const connect = (): Promise<typeof provider> => Promise.resolve(provider);
  for await (const result of runCommandLine(parseCommandLine(one.argv), connect)) results.push(result);
  return { stdout: renderText(results, utc), exitCode: endingOf(results).scriptExitCode, calls: [] };
};

const readingVerbs = /^[/-](dli|dlv|xpr|dti|lil|ao-list)$/i;

describe(`what Windows' script printed${note}`, () => {
  testWithCorpus('every case of the corpus', async () => {
    const cases = readCases(folder);
    expect(cases.length).toBeGreaterThanOrEqual(700);
    expect(await reportsOf(cases, executeInProcess)).toEqual([]);
  });

  testWithCorpus.each([
    ['null in place of empty text', withNulls],
    ['unsigned in place of negative numbers', withUnsignedNumbers],
    ['text in place of numbers and booleans', withTexts],
  ])('the same with %s', async (_title, variant) => {
    expect(await reportsOf(readCases(folder).map(variant), executeInProcess)).toEqual([]);
  });

  testWithCorpus('the same from a snapshot file for the verbs that read', async () => {
    const cases = readCases(folder).filter(
      (one) => Object.keys(one.failures).length === 0 && readingVerbs.test(one.argv[0] ?? ''),
    );
    expect(cases.length).toBeGreaterThan(300);
    expect(await reportsOf(cases, executeOnSnapshot)).toEqual([]);
  });

  testWithCorpus('data of every case fulfils the schema of its verb', async () => {
    const problems: string[] = [];
    for (const one of readCases(folder)) {
      const line = parseCommandLine(one.argv);
      const facts = verbFacts(line, await resultsOf(one));
      if (facts.data === null) continue;
      const parsed = verbDataSchemas[facts.verb as VerbDataName].strict().safeParse(facts.data);
      if (!parsed.success) problems.push(`${one.name}: ${parsed.error.message}`);
    }
    expect(problems).toEqual([]);
  });

  testWithCorpus('ok is false whenever an error was printed or the exit code is not 0', async () => {
    const wrong: string[] = [];
    for (const one of readCases(folder)) {
      const { ok } = endingOf(await resultsOf(one));
      const { stdout, exitCode } = one.expected;
      const failed = exitCode !== 0 || /^Error/m.test(stdout);
      if (failed && ok) wrong.push(one.name);
      if (
        !failed &&
        !ok &&
        !/can only be set on|Token-based activation only|not supported|No licenses found/.test(stdout)
      ) {
        wrong.push(one.name);
      }
    }
    expect(wrong).toEqual([]);
  });
});
