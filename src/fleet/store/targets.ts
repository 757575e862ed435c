import type { Kysely } from 'kysely';
import type { MachinesQuery } from '../inventory/inventory';
import type { InventoryTarget, MachineWay } from '../inventory/way';
import { compileCondition } from './compile-condition';
import type { FleetTables, MachineTable } from './schema';

const ways: readonly MachineWay['via'][] = ['lab', 'ssh', 'winrm', 'winrms', 'file'];

/** The columns of a way; none where nobody said one. */
export function wayColumns(
  way: MachineWay | undefined,
): Partial<Pick<MachineTable, 'via' | 'address' | 'login' | 'port'>> {
  if (way === undefined) return {};
  const { via, address, user, port } = way;
  return { via, address, login: user, port };
}

/** Machines as targets, in the order of their names. */
export async function readTargets(
  database: Kysely<FleetTables>,
  where: MachinesQuery['where'],
): Promise<readonly InventoryTarget[]> {
  const rows = await database
    .selectFrom('machine')
    .leftJoin('tag', (join) => join.onRef('tag.machine_id', '=', 'machine.id').on('tag.key', '=', 'site'))
    .$if(where !== undefined, (query) =>
      where === undefined ? query : query.where(compileCondition(where.condition, where.now)),
    )
    .select([
      'machine.name',
      'machine.via',
      'machine.address',
      'machine.login',
      'machine.port',
      'machine.last_seen',
      'tag.value as site',
    ])
    .orderBy('machine.name_key')
    .execute();
  return rows.map(({ name, via, address, login, port, last_seen, site }) => ({
    name,
    way: wayOf({ via, address, login, port }),
    wasSeen: last_seen !== null,
    site,
  }));
}

function wayOf({
  via: word,
  address,
  login: user,
  port,
}: Pick<MachineTable, 'via' | 'address' | 'login' | 'port'>): MachineWay | null {
  const via = ways.find((each) => each === word);
  return via === undefined ? null : { via, address, user, port };
}
