import type { Kysely, Transaction } from 'kysely';
import type { ExportedMachine, ImportedMachine } from '../inventory/machine-lines';
import type { Observation } from '../inventory/observation';
import type { MachineWay } from '../inventory/way';
import type { Engine } from './engine';
import { namesAtOnce } from './limits';
import { recordAll } from './record';
import type { FleetTables } from './schema';
import { wayColumns } from './targets';

const machinesAtOnce = 500;

/** Takes machines over: all of them or none. What is known here of a later time stays; tags of the file go before. */
export async function importMachines(
  database: Kysely<FleetTables>,
  machines: readonly ImportedMachine[],
  { engine, now }: { readonly engine: Engine; readonly now: number },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (let at = 0; at < machines.length; at += machinesAtOnce) {
      const some = machines.slice(at, at + machinesAtOnce);
      const observations = some.flatMap(observationsOf);
      if (observations.length > 0) await recordAll(transaction, observations, engine);
      await addUnseen(transaction, some, now);
      await describe(transaction, some);
    }
  });
}

function isWhole(machine: ImportedMachine): machine is ExportedMachine {
  return 'products' in machine;
}

function observationsOf(machine: ImportedMachine): readonly Observation[] {
  if (!isWhole(machine)) return [];
  const { name, lastSeen, failure } = machine;
  const way = machine.way === null ? {} : { way: machine.way };
  const { uuid, cmid, kind, system, build, edition, kmsSet, rearms, products } = machine;
  const facts = { uuid, cmid, system, build, edition, kmsSet, rearms, products, ...way };
  return [
    ...(lastSeen === null
      ? []
      : [{ outcome: 'read', name, at: lastSeen, kind: kind ?? 'windows', ...facts } as const]),
    ...(failure === null ? [] : [{ outcome: 'failed', name, ...failure, ...way } as const]),
  ];
}

/** Those that never answered nor failed are known by their names. */
async function addUnseen(
  transaction: Transaction<FleetTables>,
  machines: readonly ImportedMachine[],
  now: number,
): Promise<void> {
  const rows = machines.map((machine) => {
    const at = isWhole(machine) ? machine.firstSeen : now;
    return { name: machine.name, name_key: machine.name.toLowerCase(), first_seen: at, last_tried: at };
  });
  await transaction
    .insertInto('machine')
    .values(rows)
    .onConflict((conflict) => conflict.column('name_key').doNothing())
    .execute();
}

async function describe(
  transaction: Transaction<FleetTables>,
  machines: readonly ImportedMachine[],
): Promise<void> {
  const keys = machines.map(({ name }) => name.toLowerCase());
  const ids = new Map<string, number>();
  for (let at = 0; at < keys.length; at += namesAtOnce) {
    const rows = await transaction
      .selectFrom('machine')
      .select(['id', 'name_key'])
      .where('name_key', 'in', keys.slice(at, at + namesAtOnce))
      .execute();
    for (const { id, name_key } of rows) ids.set(name_key, id);
  }
  for (const machine of machines) {
    const id = ids.get(machine.name.toLowerCase());
    if (id === undefined) continue;
    if (isWhole(machine)) {
      await transaction
        .updateTable('machine')
        .set({ first_seen: machine.firstSeen })
        .where('id', '=', id)
        .where('first_seen', '>', machine.firstSeen)
        .execute();
    }
    await setWay(transaction, id, machine);
    const tags = Object.entries(machine.tags).map(([key, value]) => ({ machine_id: id, key, value }));
    if (tags.length === 0) continue;
    await transaction
      .insertInto('tag')
      .values(tags)
      .onConflict((conflict) =>
        conflict.columns(['machine_id', 'key']).doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
      )
      .execute();
  }
}

/** A table says a way because somebody means it; what was read along with a machine is set where none is known. */
async function setWay(
  transaction: Transaction<FleetTables>,
  id: number,
  machine: ImportedMachine,
): Promise<void> {
  const way: MachineWay | null = machine.way;
  if (way === null) return;
  const unknownOnly = isWhole(machine);
  await transaction
    .updateTable('machine')
    .set(wayColumns(way))
    .where('id', '=', id)
    .$if(unknownOnly, (query) => query.where('via', 'is', null))
    .execute();
}
