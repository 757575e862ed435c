import fc from 'fast-check';
import {
  daysUntil,
  isLicensed,
  isReached,
  type InventoryMachine,
} from '../../../src/fleet/inventory/machine';
import type { Inventory } from '../../../src/fleet/inventory/inventory';
import type { Observation } from '../../../src/fleet/inventory/observation';
import { parseCondition } from '../../../src/fleet/where/parse-condition';
import { day, engines, product, reading, start } from '../store/inventories';

const runs = Number(process.env['SLMGR_PROPERTY_RUNS'] ?? '40');

describe('reading a condition', () => {
  test.each([
    ['statsu = licensed', 'There is no column "statsu"; did you mean status?', 0],
    ['status = licenced', '"licenced" is not a status', 9],
    ['days < soon', '"soon" is not a whole number', 7],
    ['name ~ "PC', 'The quotation does not end', 7],
    ['days < 3 name = x', 'Here "and" or "or" is missing', 9],
    ['(days < 3', 'Here ) is missing', 9],
    ['days ~ 3', 'days is compared with = != < <= > >=', 5],
    ['any(any(key = A))', 'any( ) stands in no other any( )', 4],
    ['', 'Here the name of a column is missing', 0],
    ['name = ', 'Here a value is missing', 7],
    ['tag.site ~ none', 'none stands behind = and != only', 11],
    ['days = 99999999999999', 'is not a whole number', 7],
    ['kms in kms01', 'Here ( is missing', 7],
    ['seen > yesterday', 'is not a time', 7],
  ])('%s points at the mistake', (text, message, at) => {
    const read = (): unknown => parseCondition(text);
    expect(read).toThrow(message);
    expect(read).toThrow(new RegExp(`\\n {2}${' '.repeat(at)}\\^\\n`));
  });

  test('not binds closer than and, and closer than or', () => {
    expect(parseCondition('name = a or not name = b and days < 3')).toEqual(
      parseCondition('name = a or ((not (name = b)) and days < 3)'),
    );
  });

  test('any text ends in a condition or in an error that says where', () => {
    const words = [
      'any',
      '(',
      ')',
      'not',
      'and',
      'or',
      'days',
      '<',
      '3',
      '"',
      'name',
      '~',
      "'x'",
      'in',
      ',',
      '\\',
      '\u0000',
      'tag.',
      '!=',
    ];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words)).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseCondition(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConditionError' });
        }
      }),
      { numRuns: runs * 10 },
    );
  });

  test('what is nested without end is refused', () => {
    expect(() => parseCondition(`${'('.repeat(3000)}days < 3`)).toThrow('nested too deeply');
  });
});

/** The machines that conditions are tried on. */
const fleet: readonly Observation[] = [
  reading('PC-001', { uuid: 'u-1' }),
  reading('PC-002', {
    at: start - 40 * day,
    products: [product({ status: 5, expires: null, reason: '0xC004F056' })],
  }),
  reading('pc-003', {
    products: [
      product({ expires: start + 20 * day }),
      product({
        activationId: '2',
        name: 'Office 100%_16',
        status: 2,
        channel: 'Retail',
        kmsHost: null,
        expires: start - day,
      }),
    ],
  }),
  reading('SRV-1', { products: [], edition: 'ServerStandard', kmsSet: 'kms02' }),
  {
    outcome: 'failed',
    name: 'AWAY',
    at: start,
    step: 'tcp',
    hresult: '0x800706BA',
    message: 'Nobody listens',
  },
];

const lower = (text: string | null): string | null => text?.toLowerCase() ?? null;

/** By name: what a few conditions mean, said once more in another language. */
const meanings: Readonly<Record<string, (machine: InventoryMachine) => boolean>> = {
  'status = licensed': ({ status }) => status === 1,
  'status != licensed': ({ status }) => status !== 1,
  'status = grace': ({ status }) => [2, 3, 4, 6].includes(status ?? 9),
  'status = never-read': ({ status }) => status === null,
  'days < 30': ({ expires }) => (daysUntil(expires, start) ?? 999) < 30,
  'days = 0': ({ expires }) => daysUntil(expires, start) === 0,
  'days = none': ({ expires }) => expires === null,
  'name ~ "pc-0*"': ({ name }) => name.toLowerCase().startsWith('pc-0'),
  'name !~ "PC-00?"': ({ name }) => !/^pc-00.$/i.test(name),
  'product ~ "office 100%_16"': ({ products }) =>
    products.some((one) => lower(one.name) === 'office 100%_16'),
  'product ~ "Office 1*"': ({ products }) => products.some(({ name }) => name.startsWith('Office 1')),
  'product ~ "Office_*"': ({ products }) => products.some(({ name }) => name.startsWith('Office_')),
  'channel != retail': ({ products }) => !products.some(({ channel }) => lower(channel) === 'retail'),
  'kms = none': ({ products }) => products.every(({ kmsHost }) => kmsHost === null),
  'kms != none': ({ products }) => products.some(({ kmsHost }) => kmsHost !== null),
  'any(channel = retail and status = licensed)': ({ products }) =>
    products.some(({ channel, status }) => lower(channel) === 'retail' && status === 1),
  'any(days < 1 and not channel = Volume:GVLK)': ({ products }) =>
    products.some(
      ({ expires, channel }) => (daysUntil(expires, start) ?? 9) < 1 && channel !== 'Volume:GVLK',
    ),
  'reached = yes': (machine) => isReached(machine),
  'licensed = no': (machine) => !isLicensed(machine, start),
  'age > 30': ({ lastSeen }) => lastSeen !== null && start - lastSeen > 30 * day,
  'seen >= 2026-01-01': ({ lastSeen }) => lastSeen !== null && lastSeen >= start,
  'kms-set = KMS02': ({ kmsSet }) => kmsSet === 'kms02',
  'failure ~ *listens': ({ failure }) => failure?.message.endsWith('listens') ?? false,
  'tag.site = Berlin': ({ tags }) => lower(tags['site'] ?? null) === 'berlin',
  'tag.site != berlin': ({ tags }) => lower(tags['site'] ?? null) !== 'berlin',
  'tag.owner = none': ({ tags }) => tags['owner'] === undefined,
  'edition in (Enterprise, "ServerStandard")': ({ edition }) => edition !== null,
};

interface Tree {
  readonly text: string;
  readonly fits: (machine: InventoryMachine) => boolean;
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...Object.entries(meanings)).map(([text, fits]): Tree => ({ text, fits })),
    tie('tree').map(({ text, fits }): Tree => ({ text: `not (${text})`, fits: (machine) => !fits(machine) })),
    fc.tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree')).map(([left, word, right]): Tree => ({
      text: `(${left.text}) ${word} (${right.text})`,
      fits: (machine) =>
        word === 'and'
          ? left.fits(machine) && right.fits(machine)
          : left.fits(machine) || right.fits(machine),
    })),
  ),
}));

describe.each(engines)('conditions in $name', (engine) => {
  const test = engine.isHere ? it : it.skip;
  let inventory: Inventory;
  let all: readonly InventoryMachine[];
  beforeAll(async () => {
    if (!engine.isHere) return;
    await engine.start();
    inventory = await engine.place()();
    await inventory.record(fleet);
    await inventory.tag(['PC-001', 'SRV-1'], { site: 'berlin', owner: 'it' });
    await inventory.tag(['pc-002'], { site: 'Bonn' });
    all = await inventory.machines();
  }, 120_000);
  afterAll(async () => {
    if (engine.isHere) await inventory.close();
    engine.stop();
  });

  test('mean what they say, however they are joined', async () => {
    const check = async ({ text, fits }: Tree): Promise<void> => {
      const found = await inventory.machines({ where: { condition: parseCondition(text), now: start } });
      expect([text, found.map(({ name }) => name)]).toEqual([text, all.filter(fits).map(({ name }) => name)]);
    };
    for (const [text, fits] of Object.entries(meanings)) await check({ text, fits });
    await fc.assert(fc.asyncProperty(tree, check), { numRuns: runs });
  });

  test('values are values, whatever stands in them', async () => {
    const text = `name = "x' or '1' = '1" or tag.a'; = none`;
    expect(() => parseCondition(text)).toThrow('The quotation does not end');
    const condition = parseCondition(`name = "x' or '1' = '1"`);
    expect(await inventory.machines({ where: { condition, now: start } })).toEqual([]);
  });
});
