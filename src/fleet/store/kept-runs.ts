import type { Kysely, Selectable } from 'kysely';
import type { KeptRun, RunFacts, RunMachine, RunSummary } from '../inventory/kept-run';
import { countOutcomes, outcomes, type Outcome } from '../runs/outcome';
import type { FleetTables, RunMachineTable, RunTable } from './schema';

/** Runs that are kept; older ones go when a new one comes. */
const keptRuns = 200;
/** SQLite takes 32,766 parameters in a statement. */
const rowsAtOnce = 1000;

/** Keeps runs; one that is kept already stays as it is. Each is there with all its machines or not at all. */
export async function keepRun(database: Kysely<FleetTables>, run: KeptRun): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const written = await transaction
      .insertInto('run')
      .values({
        run_id: run.id,
        verb: run.verb,
        line: run.line,
        changes: Number(run.changes),
        who: run.who,
        started_at: run.startedAt,
        ended_at: run.endedAt,
        exit_code: run.exitCode,
      })
      .onConflict((conflict) => conflict.column('run_id').doNothing())
      .returning('number')
      .execute();
    const [row] = written;
    if (row === undefined) return;
    for (let at = 0; at < run.machines.length; at += rowsAtOnce) {
      const rows = run.machines
        .slice(at, at + rowsAtOnce)
        .map((machine, place) => rowOf(machine, row.number, at + place));
      await transaction.insertInto('run_machine').values(rows).execute();
    }
    const oldest = await transaction
      .selectFrom('run')
      .select('started_at')
      .orderBy('started_at', 'desc')
      .limit(1)
      .offset(keptRuns - 1)
      .executeTakeFirst();
    if (oldest === undefined) return;
    await transaction.deleteFrom('run').where('started_at', '<', oldest.started_at).execute();
  });
}

function rowOf(machine: RunMachine, run_number: number, place: number): RunMachineTable {
  const { exitCode: exit_code, machine: name, outcome, verification, hresult, step } = machine;
  const { seconds, attempts } = machine;
  return {
    run_number,
    place,
    machine: name,
    outcome,
    verification,
    exit_code,
    hresult,
    step,
    seconds,
    attempts,
  };
}

/** Which of these runs are kept. */
export async function knownRuns(
  database: Kysely<FleetTables>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database.selectFrom('run').select('run_id').where('run_id', 'in', ids).execute();
  return new Set(rows.map(({ run_id }) => run_id));
}

/** The newest first, at most so many. */
export async function listRuns(database: Kysely<FleetTables>, most: number): Promise<readonly RunSummary[]> {
  const rows = await database
    .selectFrom('run')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(most)
    .execute();
  if (rows.length === 0) return [];
  const counted = await database
    .selectFrom('run_machine')
    .where(
      'run_number',
      'in',
      rows.map(({ number }) => number),
    )
    .select((count) => ['run_number', 'outcome', count.fn.countAll<number>().as('machines')])
    .groupBy(['run_number', 'outcome'])
    .execute();
  return rows.map((row) => ({
    ...factsOf(row),
    counts: countOutcomes(
      counted
        .filter(({ run_number }) => run_number === row.number)
        .flatMap(({ outcome, machines }) =>
          Array.from({ length: machines }, () => ({ outcome: outcomeOf(outcome) })),
        ),
    ),
  }));
}

/** A run by its id; null where there is none. */
export async function findRun(database: Kysely<FleetTables>, id: string): Promise<KeptRun | null> {
  const row = await database.selectFrom('run').selectAll().where('run_id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const machines = await database
    .selectFrom('run_machine')
    .selectAll()
    .where('run_number', '=', row.number)
    .orderBy('place')
    .execute();
  return { ...factsOf(row), machines: machines.map(machineOf) };
}

function factsOf(row: Selectable<RunTable>): RunFacts {
  const { run_id: id, verb, line, changes, who, started_at, ended_at, exit_code } = row;
  const times = { startedAt: started_at, endedAt: ended_at, exitCode: exit_code };
  return { id, verb, line, changes: changes === 1, who, ...times };
}

function machineOf(row: RunMachineTable): RunMachine {
  const { machine, outcome, exit_code: exitCode, hresult, step, seconds, attempts } = row;
  const verification = verifications.find((word) => word === row.verification) ?? null;
  return { machine, outcome: outcomeOf(outcome), verification, exitCode, hresult, step, seconds, attempts };
}

const verifications = ['verified', 'accepted', 'not-verifiable'] as const;

/** A word of a newer slmgr is one that somebody has to look at. */
function outcomeOf(word: string): Outcome {
  return outcomes.find((outcome) => outcome === word) ?? 'unknown';
}
