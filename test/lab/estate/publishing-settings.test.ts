import { listDnsRecords } from '../../../src/lab/estate/dns';
import { changeSetting } from '../../../src/lab/estate/estate-settings';
import { queryEvents } from '../../../src/lab/estate/events';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { setRegistryValue } from '../../../src/lab/estate/machine-registry';
import { addMachines } from '../../../src/lab/estate/machines';
import { perform } from '../../../src/lab/estate/perform';
import { restartMachine } from '../../../src/lab/estate/power';
import { invokeMethod } from '../../../src/lab/model/methods';
import { closeLaboratories, heldLaboratory, type TestLaboratory } from './laboratories';

afterEach(closeLaboratories);

const product = 'Windows Server 2008 R2 Standard';

async function addHost(laboratory: TestLaboratory, name: string): Promise<void> {
  addMachines(laboratory, { name, product });
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: product });
  const call = { class: 'SoftwareLicensingService', method: 'InstallProductKey' } as const;
  await perform(laboratory, name, (state, context) =>
    invokeMethod(state, { ...call, key: state.version, args: { ProductKey: text } }, context),
  );
  await perform(laboratory, name, (state, context) => {
    const key = state.products.find(({ kmsHost }) => kmsHost !== null)?.activationId ?? '';
    return invokeMethod(
      state,
      { class: 'SoftwareLicensingProduct', key, method: 'Activate', args: {} },
      context,
    );
  });
}

function services(laboratory: TestLaboratory): readonly string[] {
  return listDnsRecords(laboratory.store)
    .filter(({ type }) => type === 'SRV')
    .map(({ name, data }) => `${name} ${data}`);
}

function published(laboratory: TestLaboratory, name: string): readonly (readonly string[])[] {
  const { entries } = queryEvents(laboratory.store, name, { ids: [12293, 12294], since: null, after: null });
  return entries.map(({ id, fields }) => [String(id), ...fields]);
}

test('K7.4 by setting the first host owns the record, and a second one gets event 12293', async () => {
  const laboratory = heldLaboratory();
  changeSetting(laboratory, 'firstHostOwnsRecords', 'yes');
  await addHost(laboratory, 'KMS01');
  await addHost(laboratory, 'KMS02');
  expect(services(laboratory)).toEqual(['_vlmcs._tcp.lab.example 0 0 1688 kms01.lab.example']);
  expect(published(laboratory, 'KMS01')).toEqual([['12294', 'lab.example']]);
  expect(published(laboratory, 'KMS02')).toEqual([['12293', '0x80072338', 'lab.example']]);
  changeSetting(laboratory, 'firstHostOwnsRecords', 'no');
  await restartMachine(laboratory, 'KMS02');
  expect(services(laboratory)).toHaveLength(2);
});

test('K7.6 K7.8 the list replaces the own domain, or by setting stands beside it; both after a restart', async () => {
  const laboratory = heldLaboratory();
  await addHost(laboratory, 'KMS01');
  await setRegistryValue(laboratory, 'KMS01', 'DnsDomainPublishList', ['branch.example, 10, 75']);
  expect(published(laboratory, 'KMS01')).toEqual([['12294', 'lab.example']]);
  await restartMachine(laboratory, 'KMS01');
  expect(published(laboratory, 'KMS01').slice(1)).toEqual([['12294', 'branch.example']]);
  changeSetting(laboratory, 'publishOwnDomainBesideList', 'yes');
  await restartMachine(laboratory, 'KMS01');
  expect(published(laboratory, 'KMS01').slice(2)).toEqual([
    ['12294', 'branch.example'],
    ['12294', 'lab.example'],
  ]);
});

test('K7.7 by setting the list names hosts of the own domain', async () => {
  const laboratory = heldLaboratory();
  await addHost(laboratory, 'KMS01');
  changeSetting(laboratory, 'publishListNamesHosts', 'yes');
  await setRegistryValue(laboratory, 'KMS01', 'DnsDomainPublishList', ['KMS01, 10, 75']);
  await restartMachine(laboratory, 'KMS01');
  expect(services(laboratory)).toEqual(['_vlmcs._tcp.lab.example 10 75 1688 kms01.lab.example']);
});
