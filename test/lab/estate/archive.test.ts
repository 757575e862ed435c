import { putAccount } from '../../../src/lab/estate/accounts';
import { exportEstate, importEstate } from '../../../src/lab/estate/archive';
import { addDnsRecord } from '../../../src/lab/estate/dns';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines, installProduct, listMachines } from '../../../src/lab/estate/machines';
import { setRegistryValue } from '../../../src/lab/estate/machine-registry';
import { advanceClock, perform } from '../../../src/lab/estate/perform';
import { invokeMethod } from '../../../src/lab/model/methods';
import { closeLaboratories, day, emptyLaboratory, heldLaboratory, type TestLaboratory } from './laboratories';

afterEach(closeLaboratories);

async function call(
  laboratory: TestLaboratory,
  name: string,
  method: 'InstallProductKey' | 'SetKeyManagementServiceMachine',
  args: Readonly<Record<string, string>>,
): Promise<void> {
  const { result } = await perform(laboratory, name, (state, context) =>
    invokeMethod(state, { class: 'SoftwareLicensingService', key: state.version, method, args }, context),
  );
  expect(result.ok).toBe(true);
}

/** An estate with something of everything. */
async function fullEstate(): Promise<TestLaboratory> {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'KMS01', product: 'Windows Server 2008 R2 Standard' });
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 3, virtual: true });
  installProduct(laboratory, 'PC-001', 'Office LTSC Professional Plus 2021');
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: 'Windows Server 2008 R2 Standard' });
  await call(laboratory, 'KMS01', 'InstallProductKey', { ProductKey: text });
  await setRegistryValue(laboratory, 'KMS01', 'DnsDomainPublishList', ['lab.example', 'b.example']);
  addDnsRecord(laboratory, { name: 'x', type: 'TXT', data: 'by hand' });
  putAccount(laboratory, { user: 'ada', machine: null, role: 'standard', passwordHash: 'h' });
  await advanceClock(laboratory, 2 * day);
  return laboratory;
}

test('an imported estate exports as the same text', async () => {
  const laboratory = await fullEstate();
  const exported = exportEstate(laboratory);
  expect(exported.machines).toBe(4);
  const other = emptyLaboratory();
  expect(importEstate(other, exported.text, { force: false })).toEqual({ machines: 4 });
  expect(exportEstate(other).text).toBe(exported.text);
});

test('an imported estate goes on as the first one would have', async () => {
  const laboratory = await fullEstate();
  const other = emptyLaboratory();
  importEstate(other, exportEstate(laboratory).text, { force: false });
  await advanceClock(laboratory, 5 * day);
  await advanceClock(other, 5 * day);
  expect(exportEstate(other).text).toBe(exportEstate(laboratory).text);
});

test('an estate that is there is overwritten only when told to', async () => {
  const laboratory = await fullEstate();
  const { text } = exportEstate(laboratory);
  const other = heldLaboratory();
  expect(() => importEstate(other, text, { force: false })).toThrow(/--force/);
  expect(listMachines(other)).toEqual([]);
  importEstate(other, text, { force: true });
  expect(listMachines(other)).toHaveLength(4);
});

describe('refused files', () => {
  type Changes = (archive: {
    format: string;
    version: number;
    machines: { state: { name: string; cmid: unknown; editions: string[]; products: unknown[] } }[];
  }) => void;

  async function refusalOf(change: Changes): Promise<string> {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 2 });
    const archive = JSON.parse(exportEstate(laboratory).text) as Parameters<Changes>[0];
    change(archive);
    const other = emptyLaboratory();
    let message = '';
    try {
      importEstate(other, JSON.stringify(archive), { force: false });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(other.store.read((reader) => reader.estate())).toBeNull();
    return Promise.resolve(message);
  }

  test.each<[string, Changes, RegExp]>([
    [
      'another format',
      (archive) => (archive.format = 'x'),
      /format is not that of an estate which "slmgr lab export" wrote/,
    ],
    ['another version', (archive) => (archive.version = 2), /version is that of another version of slmgr/],
    [
      'a machine without a CMID',
      (archive) => (archive.machines[1]!.state.cmid = ''),
      /machines\[1\]\.state\.cmid/,
    ],
    [
      'a name twice',
      (archive) => (archive.machines[1]!.state.name = 'pc-001'),
      /names the machine pc-001 twice/,
    ],
    [
      'an unknown edition',
      (archive) => archive.machines[0]!.state.editions.push('windows-95'),
      /PC-001 has a product that the catalogue does not know: windows-95/,
    ],
    [
      'a product twice',
      ({ machines: [machine] }) => machine!.state.products.push(machine!.state.products[0]),
      /PC-001 has one product, one activation ID, twice/,
    ],
  ])('%s', async (_what, change, message) => {
    expect(await refusalOf(change)).toMatch(message);
  });

  test.each(['', '{', '[]', 'null', '{"format":"slmgr-estate"}'])('"%s"', (text) => {
    expect(() => importEstate(emptyLaboratory(), text, { force: false })).toThrow(/cannot be imported/);
  });
});
