import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import type { LicensingProvider, MethodCall } from '../../../src/licensing/provider';
import { applyToMachine, type Applied } from '../../../src/fleet/policy/apply-machine';
import type { Change } from '../../../src/fleet/policy/differences';
import { judgeMachine } from '../../../src/fleet/policy/judge-machine';
import type { DesiredState } from '../../../src/fleet/policy/policy';
import { readPolicy } from '../../../src/fleet/policy/read-policy';
import { readMachineState } from '../../../src/fleet/policy/read-state';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines } from '../../../src/lab/estate/machines';
import { readLicenseFile } from '../../../src/providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../../src/providers/simulated/provider';
import { closeLaboratories, heldLaboratory } from '../../lab/estate/laboratories';

afterEach(closeLaboratories);

/** A machine of a laboratory of its own, and a key for it. */
interface Subject {
  readonly provider: LicensingProvider;
  readonly key: string;
}

async function subject(product: string, kind: 'mak' | 'csvlk'): Promise<Subject> {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product });
  const { text: key } = mintLabKey(laboratory, { kind, edition: product });
  const ports = { readFile: readLicenseFile, onClose: () => undefined };
  return { provider: await simulatedProvider(laboratory, 'PC', ports), key };
}

function wanted(set: string): DesiredState {
  return readPolicy(`version: 1\npolicies:\n  - targets: PC\n    set: ${set}\n`).policies[0]!.set;
}

async function apply(
  { key, ...machine }: Subject,
  set: string,
  planned: readonly Change[] | null = null,
  provider: LicensingProvider = machine.provider,
): Promise<Applied> {
  return applyToMachine(provider, wanted(set), planned, {
    readState: () => readMachineState(provider, catalogue, true),
    keyOf: () => ({ key }),
    begins: () => undefined,
  });
}

async function plan({ provider, key }: Subject, set: string): Promise<readonly Change[]> {
  const state = await readMachineState(provider, catalogue, true);
  return judgeMachine(wanted(set), state, () => ({ key })).changes;
}

class Cut extends Error {}

/** A machine whose way is lost behind so many calls that change it. */
function cutAfter(calls: number, inner: LicensingProvider): LicensingProvider {
  let left = calls;
  const invoke = async (call: MethodCall): ReturnType<LicensingProvider['invoke']> => {
    const answer = await inner.invoke(call);
    left -= 1;
    if (left < 0) throw new Cut();
    return answer;
  };
  return Object.assign(Object.create(inner) as LicensingProvider, { invoke });
}

const client = 'Windows 10 Enterprise';
const server = 'Windows Server 2019 Standard';
const mak = '{ type: mak, from: { env: X } }';
const csvlk = '{ type: csvlk, from: { env: X } }';

test.each([
  ['a host with a port', client, '{ hostCaching: true }', '{ kms: "kms01:1700", hostCaching: false }'],
  ['another host with another port', client, '{ kms: "old:1600" }', '{ kms: "kms01:1700", activation: kms }'],
  ['a domain in place of a host', client, '{ kms: "old:1600" }', '{ kms: { domain: corp.example } }'],
  ['a host in place of a domain', client, '{ kms: { domain: corp.example } }', '{ kms: "kms01:1700" }'],
  ['DNS in place of a host', client, '{ kms: "old:1600" }', '{ kms: auto, hostCaching: false }'],
  [
    'another key, whose product has settings of its own',
    client,
    '{ activation: ad, kms: "old:1600" }',
    `{ key: ${mak}, activation: kms, kms: "kms01:1700", licensed: true }`,
  ],
  [
    'a KMS host',
    server,
    '{ kms: "old:1600" }',
    `{ key: ${csvlk}, port: 1700, dns: "off", priority: low, activationInterval: 60, renewalInterval: 1440, licensed: true }`,
  ],
])('%s: cut behind each call, the same plan is taken up to its end', async (_what, product, before, set) => {
  const kind = product === server ? 'csvlk' : 'mak';
  let isCut = true;
  for (let calls = 0; isCut; calls += 1) {
    const machine = await subject(product, kind);
    expect((await apply(machine, before)).problem).toBeNull();
    const planned = await plan(machine, set);
    isCut = await apply(machine, set, planned, cutAfter(calls, machine.provider)).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Cut) return true;
        throw error;
      },
    );
    expect({ calls, ...(await apply(machine, set, planned)) }).toMatchObject({ calls, problem: null });
    expect({ calls, ...(await apply(machine, set)) }).toEqual({ calls, changes: [], problem: null });
    if (calls > 40) throw new Error('it never comes to its end');
  }
});

test('a product that a key brings along gets its settings the first time', async () => {
  const machine = await subject(client, 'mak');
  const [product] = await machine.provider.query({
    class: 'SoftwareLicensingProduct',
    select: ['ID'],
    filter: { kind: 'has-product-key' },
  });
  for (const [method, args] of [
    ['SetKeyManagementServiceMachine', { MachineName: 'kms01' }],
    ['SetVLActivationTypeEnabled', { ActivationType: 2 }],
  ] as const) {
    await machine.provider.invoke({
      ...{ class: 'SoftwareLicensingProduct', key: String(product?.ID), method, args },
    });
  }
  const set = `{ key: ${mak}, kms: kms01, activation: kms, licensed: true }`;
  expect((await plan(machine, set)).map(({ setting }) => setting)).toEqual(['key', 'licensed']);
  const applied = await apply(machine, set);
  expect(applied.problem).toBeNull();
  expect(applied.changes.map(({ setting, outcome }) => [setting, outcome])).toEqual(
    ['key', 'kms', 'activation', 'licensed'].map((setting) => [setting, 'changed']),
  );
  expect(await apply(machine, set)).toEqual({ changes: [], problem: null });
});

test('somebody else on the way is told from ourselves', async () => {
  const machine = await subject(client, 'mak');
  const set = '{ kms: "kms01:1700" }';
  const planned = await plan(machine, set);
  await apply(machine, '{ kms: "kms01:1699" }');
  expect(await apply(machine, set, planned)).toMatchObject({ problem: { step: 'changed-since-plan' } });
  await apply(machine, '{ kms: "kms01" }');
  expect(await apply(machine, set, planned)).toMatchObject({ problem: null });
});
