import { sql, type RawBuilder } from 'kysely';
import { statusWords } from '../inventory/status-words';
import {
  findConditionColumn,
  type Condition,
  type FoundColumn,
  type MachineColumn,
  type Operator,
  type ProductColumn,
  type Value,
} from '../where/condition';

type Sql = RawBuilder<boolean>;
type Compare = Extract<Condition, { kind: 'compare' }>;

/**
 * A condition as SQL on the tables `machine` and `product`; every value is a parameter. `now`: seconds. A comparison is
 * true or false and never NULL, so that `not` takes what is left.
 */
export function compileCondition(condition: Condition, now: number): Sql {
  return compiled(condition, now, false);
}

function compiled(condition: Condition, now: number, isInAny: boolean): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => compiled(part, now, isInAny));
      return sql`(${sql.join(parts, condition.kind === 'and' ? sql` and ` : sql` or `)})`;
    }
    case 'not':
      return sql`(not ${compiled(condition.part, now, isInAny)})`;
    case 'any':
      return ofSomeProduct(compiled(condition.part, now, true));
    case 'compare':
      return comparison(condition, now, isInAny);
  }
}

function ofSomeProduct(test: Sql): Sql {
  return sql`exists (select 1 from product where product.machine_id = machine.id and product.gone_at is null and ${test})`;
}

function comparison(condition: Compare, now: number, isInAny: boolean): Sql {
  const column = findConditionColumn(condition.column, isInAny);
  if (column === null) throw new RangeError(`no column ${condition.column}`);
  const { operator } = condition;
  // Of something that there may be several of, "not" means that none fits.
  if (column.of === 'machine' || isInAny) {
    const test = positive(column, condition, now);
    return isNegative(operator) ? sql`(not ${test})` : test;
  }
  const test = positive(column, condition, now);
  const some = column.of === 'tag' ? test : someProduct(condition, test);
  return isNegative(operator) ? sql`(not ${some})` : some;
}

function someProduct({ value }: Compare, test: Sql): Sql {
  if (value !== null) return ofSomeProduct(test);
  return sql`(not ${ofSomeProduct(sql`(not ${test})`)})`;
}

function isNegative(operator: Operator): boolean {
  return operator === '!=' || operator === '!~';
}

/** The comparison with `=` in place of `!=` and `~` in place of `!~`. */
function positive(column: FoundColumn, { operator, value }: Compare, now: number): Sql {
  if (column.of === 'tag') {
    const own = sql`select 1 from tag where tag.machine_id = machine.id and tag.key = ${column.name.toLowerCase()}`;
    if (value === null) return sql`(not exists (${own}))`;
    return sql`exists (${own} and ${textTest(sql`tag.value`, operator, value)})`;
  }
  if (column.of === 'machine' && column.kind === 'flag') return flagOfMachine(column.name, value, now);
  const place = column.of === 'machine' ? machinePlaces[column.name](now) : productPlaces[column.name](now);
  if (column.kind === 'status') return statusTest(place, value);
  if (value === null) return sql`(${place} is null)`;
  if (column.kind === 'text') return textTest(place, operator, value);
  if (column.kind === 'flag') return sql`(${place} = ${value === true ? 1 : 0})`;
  const sign = sql.raw(operator === '!=' ? '=' : operator);
  return sql`(${place} is not null and ${place} ${sign} ${value})`;
}

function textTest(place: RawBuilder<unknown>, operator: Operator, value: Value): Sql {
  const text = String(value);
  if (operator === '=' || operator === '!=')
    return sql`(${place} is not null and lower(${place}) = lower(${text}))`;
  const like = text
    .replace(/[\\%_]/g, String.raw`\$&`)
    .replaceAll('*', '%')
    .replaceAll('?', '_');
  return sql`(${place} is not null and lower(${place}) like lower(${like}) escape '\\')`;
}

const graces = [2, 3, 4, 6];

function statusTest(place: RawBuilder<unknown>, value: Value): Sql {
  if (value === null || value === 'never-read') return sql`(${place} is null)`;
  const codes = value === 'grace' ? graces : [statusWords[value as keyof typeof statusWords]];
  return sql`(${place} is not null and ${place} in (${sql.join(codes)}))`;
}

function flagOfMachine(name: MachineColumn, value: Value, now: number): Sql {
  if (value === null) return sql`(1 = 0)`;
  const test =
    name === 'reached'
      ? sql`(machine.last_seen is not null and machine.failed_at is null)`
      : sql`(machine.status is not null and machine.status = 1 and (machine.expires is null or machine.expires > ${now}))`;
  return value === true ? sql`${test}` : sql`(not ${test})`;
}

type Place = (now: number) => RawBuilder<unknown>;

const plain =
  (column: string): Place =>
  () =>
    sql.ref(column);

/** Begun days, 0 where it is over. */
const daysLeft =
  (column: string): Place =>
  (now) =>
    sql`(case when ${sql.ref(column)} <= ${now} then 0 else (${sql.ref(column)} - ${now} + 86399) / 86400 end)`;

const machinePlaces: Readonly<Record<MachineColumn, Place>> = {
  name: plain('machine.name'),
  status: plain('machine.status'),
  days: daysLeft('machine.expires'),
  expires: plain('machine.expires'),
  rearms: plain('machine.rearms'),
  system: plain('machine.system'),
  build: plain('machine.build'),
  edition: plain('machine.edition'),
  kind: plain('machine.kind'),
  uuid: plain('machine.uuid'),
  cmid: plain('machine.cmid'),
  'kms-set': plain('machine.kms_set'),
  reached: plain('machine.last_seen'),
  licensed: plain('machine.status'),
  first: plain('machine.first_seen'),
  seen: plain('machine.last_seen'),
  tried: plain('machine.last_tried'),
  age: (now) => sql`((${now} - machine.last_seen) / 86400)`,
  failure: plain('machine.failed_text'),
  step: plain('machine.failed_step'),
  hresult: plain('machine.failed_hresult'),
};

const productPlaces: Readonly<Record<ProductColumn, Place>> = {
  product: plain('product.name'),
  channel: plain('product.channel'),
  key: plain('product.partial_key'),
  kms: plain('product.kms_host'),
  reason: plain('product.reason'),
  addon: plain('product.addon'),
  count: plain('product.host_count'),
  status: plain('product.status'),
  days: daysLeft('product.expires'),
  expires: plain('product.expires'),
  rearms: plain('product.rearms'),
};
