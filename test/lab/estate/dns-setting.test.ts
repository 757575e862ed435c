import { type OutsideNetwork } from '../../../src/lab/clockwork/outside-network';
import { changeDnsSetting, showDnsSetting } from '../../../src/lab/estate/dns-setting';
import { listDnsRecords } from '../../../src/lab/estate/dns';
import { queryEvents } from '../../../src/lab/estate/events';
import { stopMachine } from '../../../src/lab/estate/power';
import { type DnsSetting } from '../../../src/lab/estate/settings';
import { hresult } from '../../../src/licensing/hresult';
import { activateHost } from '../../serve/clients/hosts';
import { closeLaboratories, emptyLaboratory, heldLaboratory } from './laboratories';

afterEach(closeLaboratories);

const server: DnsSetting = { kind: 'server', address: '192.0.2.53', port: 53, keyFile: null };

/** A network with a DNS server that notes who publishes, and answers this. */
function network(published: string[], code: number): OutsideNetwork {
  return {
    usesRealDns: true,
    isServed: () => false,
    resolve: () => Promise.reject(new Error('not asked')),
    contact: () => Promise.reject(new Error('not asked')),
    publish: (host) => {
      published.push(host.name);
      return Promise.resolve([{ domain: 'lab.example', hresult: hresult(code) }]);
    },
  };
}

test('an estate begins with its own zone; without an estate there is nothing to set', async () => {
  expect(showDnsSetting(heldLaboratory())).toEqual({ kind: 'built-in' });
  expect(() => showDnsSetting(emptyLaboratory())).toThrow(/no estate/);
  await expect(changeDnsSetting(emptyLaboratory(), server)).rejects.toThrow(/no estate/);
});

test('K7.2 hosts that publish of themselves do so in the new DNS at once; how it went is in their logs', async () => {
  const laboratory = heldLaboratory();
  await activateHost(laboratory);
  const published: string[] = [];
  await changeDnsSetting({ ...laboratory, network: network(published, 0x80072338) }, server);
  expect(showDnsSetting(laboratory)).toEqual(server);
  expect(published).toEqual(['KMS01']);
  const query = { ids: [12293, 12294], since: null, after: null };
  const { entries } = queryEvents(laboratory.store, 'KMS01', query);
  expect(entries.map(({ id, fields }) => [id, ...fields])).toEqual([
    [12294, 'lab.example'],
    [12293, '0x80072338', 'lab.example'],
  ]);
});

test('a stopped host publishes nothing, wherever the estate turns', async () => {
  const laboratory = heldLaboratory();
  await activateHost(laboratory);
  const published: string[] = [];
  const outside = { ...laboratory, network: network(published, 0) };
  await stopMachine(outside, 'KMS01');
  await changeDnsSetting(outside, server);
  expect(published).toEqual([]);
  laboratory.store.write((writer) => {
    for (const { name, type } of writer.dnsRecords()) writer.removeDnsRecords({ name, type, data: null });
  });
  await changeDnsSetting(laboratory, { kind: 'built-in' });
  expect(listDnsRecords(laboratory.store)).toEqual([]);
});
