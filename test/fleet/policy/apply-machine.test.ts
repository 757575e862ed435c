import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import type { LicensingProvider, MethodCall } from '../../../src/licensing/provider';
import { applyToMachine, type Applied } from '../../../src/fleet/policy/apply-machine';
import type { Change } from '../../../src/fleet/policy/differences';
import { judgeMachine } from '../../../src/fleet/policy/judge-machine';
import type { DesiredState, KeySource } from '../../../src/fleet/policy/policy';
import { readPolicy } from '../../../src/fleet/policy/read-policy';
import { readMachineState } from '../../../src/fleet/policy/read-state';
import type { FoundKey } from '../../../src/fleet/policy/wanted-key';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines } from '../../../src/lab/estate/machines';
import { readLicenseFile } from '../../../src/providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../../src/providers/simulated/provider';
import { closeLaboratories, heldLaboratory, type TestLaboratory } from '../../lab/estate/laboratories';

afterEach(closeLaboratories);

const noKeys = (): FoundKey => ({ problem: 'no source' });

function wanted(set: string): DesiredState {
  return readPolicy(`version: 1\npolicies:\n  - targets: PC\n    set: ${set}\n`).policies[0]!.set;
}

/** A machine, and what is called on it. */
async function open(
  laboratory: TestLaboratory,
  name: string,
): Promise<{ readonly provider: LicensingProvider; readonly calls: string[] }> {
  const inner = await simulatedProvider(laboratory, name, {
    readFile: readLicenseFile,
    onClose: () => undefined,
  });
  const calls: string[] = [];
  const invoke = (call: MethodCall): ReturnType<LicensingProvider['invoke']> => {
    calls.push(call.method);
    return inner.invoke(call);
  };
  return { provider: Object.assign(Object.create(inner) as LicensingProvider, { invoke }), calls };
}

async function apply(
  provider: LicensingProvider,
  set: string,
  keyOf: (source: KeySource) => FoundKey = noKeys,
  planned: readonly Change[] | null = null,
): Promise<Applied> {
  return applyToMachine(provider, wanted(set), planned, {
    readState: () => readMachineState(provider, catalogue, true),
    keyOf,
    begins: () => undefined,
  });
}

async function judged(provider: LicensingProvider, set: string): Promise<readonly Change[]> {
  const state = await readMachineState(provider, catalogue, true);
  return judgeMachine(wanted(set), state, noKeys).changes;
}

const client = 'Windows 10 Enterprise';

describe('a policy on a machine', () => {
  test('changes what differs, proves it, and changes nothing the second time', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider, calls } = await open(laboratory, 'PC');
    const set = '{ key: gvlk, kms: "kms01.lab.example:1700", activation: kms, hostCaching: false }';
    expect(await judged(provider, set)).toEqual([
      { setting: 'kms', from: 'auto', to: 'kms01.lab.example:1700' },
      { setting: 'activation', from: 'all', to: 'kms' },
      { setting: 'hostCaching', from: 'on', to: 'off' },
    ]);
    const first = await apply(provider, set);
    expect(first.problem).toBeNull();
    expect(first.changes.map(({ outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    expect(await judged(provider, set)).toEqual([]);
    calls.length = 0;
    expect(await apply(provider, set)).toEqual({ changes: [], problem: null });
    expect(calls).toEqual([]);
  });

  test.each([
    ['{ kms: auto }', ['ClearKeyManagementServiceMachine', 'ClearKeyManagementServiceLookupDomain'], 'auto'],
    [
      '{ kms: { domain: corp.example } }',
      ['ClearKeyManagementServiceMachine', 'SetKeyManagementServiceLookupDomain'],
      'domain corp.example',
    ],
  ])('from a fixed host and a domain to %s', async (set, called, to) => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider, calls } = await open(laboratory, 'PC');
    await apply(provider, '{ kms: { domain: old.example } }');
    await apply(provider, '{ kms: { host: "old" } }');
    expect(await judged(provider, set)).toEqual([{ setting: 'kms', from: 'old:1688', to }]);
    calls.length = 0;
    expect((await apply(provider, set)).changes).toMatchObject([{ outcome: 'changed' }]);
    expect(calls).toEqual(expect.arrayContaining(called));
  });

  test("a product's own KMS host is changed on the product, since the machine's would not reach it", async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider } = await open(laboratory, 'PC');
    const [product] = await provider.query({
      class: 'SoftwareLicensingProduct',
      select: ['ID'],
      filter: { kind: 'has-product-key' },
    });
    await provider.invoke({
      class: 'SoftwareLicensingProduct',
      key: String(product?.ID),
      method: 'SetKeyManagementServiceMachine',
      args: { MachineName: 'own' },
    });
    expect(await judged(provider, '{ kms: "kms01" }')).toMatchObject([{ from: 'own:1688' }]);
    expect(await apply(provider, '{ kms: "kms01" }')).toMatchObject({
      problem: null,
      changes: [{ outcome: 'changed' }],
    });
  });

  test('a key of a source is told by its last five characters, and activates', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { text: key } = mintLabKey(laboratory, { kind: 'mak', edition: client });
    const { provider } = await open(laboratory, 'PC');
    const set = '{ key: { type: mak, from: { env: THE_MAK } }, licensed: true }';
    const applied = await apply(provider, set, () => ({ key }));
    expect(applied.changes).toMatchObject([
      { setting: 'key', to: `MAK that ends in ${key.slice(-5)}`, outcome: 'changed' },
      { setting: 'licensed', to: 'licensed', outcome: 'changed' },
    ]);
    expect(JSON.stringify(applied)).not.toContain(key.slice(0, 11));
    expect(await apply(provider, '{ key: gvlk }')).toMatchObject({
      changes: [{ setting: 'key', from: key.slice(-5), to: `gvlk of ${client}`, outcome: 'changed' }],
    });
  });

  test('what is refused is failed, what comes behind it is not run, and what came before stands', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider } = await open(laboratory, 'PC');
    const applied = await apply(
      provider,
      '{ key: { type: mak, from: { env: X } }, kms: "kms01", licensed: true }',
      () => ({
        key: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
      }),
    );
    expect(applied.changes.map(({ setting, outcome }) => [setting, outcome])).toEqual([
      ['key', 'failed'],
      ['kms', 'not-run'],
      ['licensed', 'not-run'],
    ]);
    expect(applied.problem).toMatchObject({ step: 'key' });
    expect(applied.problem?.hresult).not.toBeNull();
  });

  test('settings of a host on what is none are unclear, and nothing is sent', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider, calls } = await open(laboratory, 'PC');
    const applied = await apply(provider, '{ port: 1700, kms: "kms01" }');
    expect(applied.problem).toMatchObject({
      step: 'unclear',
      message: expect.stringContaining('no KMS host') as string,
    });
    expect(calls).toEqual([]);
  });

  test('a KMS host takes its settings', async () => {
    const laboratory = heldLaboratory();
    const product = 'Windows Server 2019 Standard';
    addMachines(laboratory, { name: 'KMS', product });
    const { text: key } = mintLabKey(laboratory, { kind: 'csvlk', edition: product });
    const { provider } = await open(laboratory, 'KMS');
    const set =
      '{ key: { type: csvlk, from: { env: X } }, port: 1700, dns: "off", priority: low, activationInterval: 60, renewalInterval: 1440, licensed: true }';
    const applied = await apply(provider, set, () => ({ key }));
    expect(applied.problem).toBeNull();
    expect(applied.changes.map(({ setting, outcome }) => [setting, outcome])).toEqual(
      ['key', 'port', 'dns', 'priority', 'activationInterval', 'renewalInterval', 'licensed'].map((each) => [
        each,
        'changed',
      ]),
    );
    expect((await apply(provider, set, () => ({ key }))).changes).toEqual([]);
  });

  test('a machine that changed since the plan is refused; one that is on its way goes on', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { provider, calls } = await open(laboratory, 'PC');
    const set = '{ kms: "kms01", hostCaching: false }';
    const planned = await judged(provider, set);
    await apply(provider, '{ kms: "other" }');
    calls.length = 0;
    expect(await apply(provider, set, noKeys, planned)).toMatchObject({
      problem: { step: 'changed-since-plan', message: expect.stringContaining('other:1688') as string },
    });
    expect(calls).toEqual([]);
    await apply(provider, '{ kms: "kms01" }');
    expect(await apply(provider, set, noKeys, planned)).toMatchObject({
      problem: null,
      changes: [{ setting: 'hostCaching', outcome: 'changed' }],
    });
  });
});
