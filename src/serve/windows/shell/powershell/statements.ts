import { type Io } from '../process';
import { Failure, failure, Jump } from './failure';
import { loopItems } from './functions';
import { setIndex, setMember } from './members';
import { operate } from './operators';
import { castTo } from './types';
import { type AssignTarget, type Expression, type Statement, type SwitchClause } from './syntax';
import { isList, isTrue, textOf, type ErrorRecord, type Value } from './values';

type Collect = Value[] | null;

/** What runs the statements within a statement. */
export interface Runner {
  readonly body: (statements: readonly Statement[], io: Io, collect: Collect) => Promise<void>;
  readonly statement: (statement: Statement, io: Io, collect: Collect) => Promise<void>;
  readonly collected: (statement: Statement, io: Io) => Promise<Value>;
  readonly value: (expression: Expression, io: Io) => Promise<Value>;
  readonly variable: (name: string) => Value;
  readonly assign: (name: string, value: Value) => void;
  readonly tried: (work: () => Promise<void>) => Promise<void>;
}

type Composed = Extract<
  Statement,
  { kind: 'assign' | 'throw' | 'break' | 'continue' | 'if' | 'foreach' | 'loop' | 'switch' | 'try' }
>;

/** Runs a statement that holds others. */
export async function runStatement(
  statement: Composed,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  switch (statement.kind) {
    case 'assign':
      await assign(statement, runner, io);
      return;
    case 'throw':
      throw new Failure(await thrown(statement.value, runner, io), true);
    case 'break':
    case 'continue':
      throw new Jump(statement.kind);
    case 'if':
      await branch(statement, runner, io, collect);
      return;
    case 'foreach':
      await each(statement, runner, io, collect);
      return;
    case 'loop':
      await loop(statement, runner, io, collect);
      return;
    case 'switch':
      await choose(statement, runner, io, collect);
      return;
    case 'try':
      await attempt(statement, runner, io, collect);
  }
}

async function branch(
  { clauses, otherwise }: Extract<Statement, { kind: 'if' }>,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  for (const { condition, body } of clauses)
    if (isTrue(await runner.collected(condition, io))) {
      await runner.body(body, io, collect);
      return;
    }
  await runner.body(otherwise, io, collect);
}

async function each(
  { name, items, body }: Extract<Statement, { kind: 'foreach' }>,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  for (const item of loopItems(await runner.collected(items, io))) {
    runner.assign(name, item);
    if (!(await turn(() => runner.body(body, io, collect)))) return;
  }
}

async function thrown(value: Statement | null, runner: Runner, io: Io): Promise<ErrorRecord> {
  const what = value === null ? null : await runner.collected(value, io);
  if (typeof what === 'object' && what !== null && !isList(what) && what.kind === 'error') return what;
  return failure(what === null ? 'ScriptHalted' : textOf(what)).record;
}

/** A turn of a loop; false where `break` ended the loop. */
async function turn(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Jump) || error.to === 'return') throw error;
    return error.to === 'continue';
  }
}

async function loop(
  statement: Extract<Statement, { kind: 'loop' }>,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  const { initial, condition, step, body, isDo, isUntil } = statement;
  if (initial !== null) await runner.statement(initial, io, []);
  for (let isFirst = true; ; isFirst = false) {
    const skips = isDo && isFirst;
    if (!skips && condition !== null && isTrue(await runner.collected(condition, io)) === isUntil) return;
    if (!(await turn(() => runner.body(body, io, collect)))) return;
    if (step !== null) await runner.statement(step, io, []);
  }
}

async function choose(
  statement: Extract<Statement, { kind: 'switch' }>,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  const value = await runner.collected(statement.value, io);
  const before = runner.variable('_');
  for (const item of isList(value) ? value : [value]) {
    runner.assign('_', item);
    const goesOn = await turn(async () => {
      const fitting: SwitchClause[] = [];
      for (const clause of statement.clauses)
        if (clause.when !== null && (await fits(statement, clause.when, item, { runner, io }))) {
          fitting.push(clause);
          await runner.body(clause.body, io, collect);
        }
      if (fitting.length === 0)
        for (const clause of statement.clauses)
          if (clause.when === null) await runner.body(clause.body, io, collect);
    });
    if (!goesOn) break;
  }
  runner.assign('_', before);
}

async function fits(
  { mode, caseSensitive }: Extract<Statement, { kind: 'switch' }>,
  when: Expression,
  item: Value,
  { runner, io }: { readonly runner: Runner; readonly io: Io },
): Promise<boolean> {
  if (when.kind === 'block') {
    const values: Value[] = [];
    await runner.body(when.block.body, io, values);
    return isTrue(values);
  }
  const wanted = await runner.value(when, io);
  const operator = mode === 'wildcard' ? 'like' : mode === 'regex' ? 'match' : 'eq';
  const [left, right] = mode === 'exact' ? [wanted, item] : [item, wanted];
  return isTrue(
    operate({ operator, caseSensitive }, left, right, (found) => runner.assign('matches', found)),
  );
}

async function attempt(
  { body, handler, last }: Extract<Statement, { kind: 'try' }>,
  runner: Runner,
  io: Io,
  collect: Collect,
): Promise<void> {
  try {
    await runner.tried(() => runner.body(body, io, collect));
  } catch (error) {
    if (!(error instanceof Failure) || handler === null) throw error;
    const before = runner.variable('_');
    runner.assign('_', error.record);
    await runner.body(handler, io, collect);
    runner.assign('_', before);
  } finally {
    await runner.body(last, io, collect);
  }
}

async function assign(
  { target, type, operator, value }: Extract<Statement, { kind: 'assign' }>,
  runner: Runner,
  io: Io,
): Promise<void> {
  const given = await runner.collected(value, io);
  const before = operator === '=' ? null : await runner.value(target, io);
  const plain =
    operator === '='
      ? given
      : operate({ operator, caseSensitive: false }, before, given, (found) =>
          runner.assign('matches', found),
        );
  await put(target, type === null ? plain : castTo(type, plain), runner, io);
}

async function put(target: AssignTarget, value: Value, runner: Runner, io: Io): Promise<void> {
  switch (target.kind) {
    case 'variable':
      runner.assign(target.name, value);
      return;
    case 'member':
      setMember(await runner.value(target.of, io), target.name, value);
      return;
    case 'index':
      setIndex(await runner.value(target.of, io), await runner.value(target.index, io), value);
  }
}
