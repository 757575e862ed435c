import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import {
  productProperties,
  serviceProperties,
  tokenLicenseProperties,
} from '../../../src/licensing/cim-classes';
import type { CimValue, InstanceFilter } from '../../../src/licensing/provider';
import { queryMachine } from '../../../src/lab/model/cim-view';
import { installEdition } from '../../../src/lab/model/create';
import { noRequests } from '../../../src/lab/model/product';
import type { MachineState } from '../../../src/lab/model/state';
import { begin, context, days, keyed, labKey, machine, minutes, shop, World } from './harness';

type Row = Readonly<Record<string, CimValue | undefined>>;

const view = (now = begin, count = -1) => ({ now, catalogue: shop, counts: { currentCount: () => count } });

function products(
  state: MachineState,
  filter: InstanceFilter = { kind: 'has-product-key' },
  now = begin,
  count = -1,
): readonly Row[] {
  return queryMachine(
    state,
    { class: 'SoftwareLicensingProduct', select: productProperties, filter },
    view(now, count),
  );
}

function service(state: MachineState, count = -1): Row {
  const query = {
    class: 'SoftwareLicensingService',
    select: serviceProperties,
    filter: { kind: 'all' },
  } as const;
  return queryMachine(state, query, view(begin, count))[0]!;
}

test('K13.1 what the client block of /dli shows', () => {
  const { state } = new World().ato(machine('Windows 7 Enterprise'));
  expect(products(state, undefined, begin + minutes(1))[0]).toMatchObject({
    ID: keyed(state).activationId,
    Name: 'Windows(R) 7, Enterprise edition',
    Description: 'Windows Operating System - Windows(R) 7, VOLUME_KMSCLIENT channel',
    PartialProductKey: 'HVTHH',
    LicenseStatus: 1,
    GracePeriodRemaining: 259_199,
    DiscoveredKeyManagementServiceMachineName: 'kms01.lab.example',
    DiscoveredKeyManagementServiceMachinePort: 1688,
    DiscoveredKeyManagementServiceMachineIpAddress: '192.0.2.10',
    KeyManagementServiceProductKeyID: '99999-00206-234-001162-03-1033-7601.0000-0052026',
    VLActivationInterval: 120,
    VLRenewalInterval: 10_080,
    VLActivationType: 2,
    IsKeyManagementServiceMachine: 0,
    KeyManagementServiceCurrentCount: -1,
    KeyManagementServiceTotalRequests: null,
  });
  expect(service(state)).toMatchObject({
    ClientMachineID: state.cmid,
    KeyManagementServiceHostCaching: true,
    DiscoveredKeyManagementServiceMachineName: 'kms01.lab.example',
  });
});

test('K13.2 K13.5 what the host block shows', () => {
  const world = new World();
  const host = world.ipk(
    machine('Windows Server 2008 R2 Standard'),
    labKey('csvlk', 'Windows Server 2008 R2 Standard'),
  );
  const { state } = world.ato(host);
  const product = keyed(state);
  const requests = { ...noRequests, total: 10, failed: 1, oobGrace: 4, licensed: 3, notification: 2 };
  const counted = {
    ...state,
    products: state.products.map((each) =>
      each === product ? { ...each, kmsHost: { group: '2008R2-B' as const, requests } } : each,
    ),
  };
  expect(products(counted, undefined, begin, 7)[0]).toMatchObject({
    Description: 'Windows Operating System - Windows Server(R), VOLUME_KMS_R2_B channel',
    ProductKeyChannel: 'Volume:CSVLK',
    IsKeyManagementServiceMachine: 1,
    KeyManagementServiceCurrentCount: 7,
    KeyManagementServiceTotalRequests: 10,
    KeyManagementServiceFailedRequests: 1,
    KeyManagementServiceUnlicensedRequests: 0,
    KeyManagementServiceLicensedRequests: 3,
    KeyManagementServiceOOBGraceRequests: 4,
    KeyManagementServiceOOTGraceRequests: 0,
    KeyManagementServiceNonGenuineGraceRequests: 0,
    KeyManagementServiceNotificationRequests: 2,
    GracePeriodRemaining: 0,
  });
  expect(service(counted, 7)).toMatchObject({
    IsKeyManagementServiceMachine: 1,
    KeyManagementServiceCurrentCount: 7,
    KeyManagementServiceListeningPort: 0,
    KeyManagementServiceDnsPublishing: true,
    KeyManagementServiceLowPriority: false,
  });
});

test('K13.4 the counters go with the key: reinstalling the KMS begins anew', () => {
  const world = new World();
  const key = labKey('csvlk', 'Windows Server 2008 R2 Standard');
  const host = world.ipk(machine('Windows Server 2008 R2 Standard'), key);
  const used = {
    ...host,
    products: host.products.map((each) => ({
      ...each,
      kmsHost: each.kmsHost === null ? null : { ...each.kmsHost, requests: { ...noRequests, total: 5 } },
    })),
  };
  expect(keyed(world.ato(used).state).kmsHost!.requests.total).toBe(5);
  expect(keyed(world.ipk(used, key)).kmsHost!.requests.total).toBe(0);
});

test('K2.9 the current count is -1 where KMS is off', () => {
  expect(service(machine('Windows 7 Enterprise'), 12)['KeyManagementServiceCurrentCount']).toBe(-1);
});

test('K13.3 what /dlv adds', () => {
  const pc = machine('Windows 11 Enterprise');
  const row = products(pc)[0]!;
  expect(row).toMatchObject({
    ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
    ProductKeyChannel: 'Volume:GVLK',
    RemainingAppReArmCount: -1,
    RemainingSkuReArmCount: 1000,
    VLActivationTypeEnabled: 0,
    TrustedTime: '20260105080000.000000-000',
    EvaluationEndDate: '16010101000000.000000-000',
  });
  expect(row['OfflineInstallationId']).toMatch(/^\d{63}$/);
  expect(products(machine('Windows 7 Enterprise'))[0]!['OfflineInstallationId']).toMatch(/^\d{54}$/);
  expect(service(pc)['RemainingWindowsReArmCount']).toBe(1000);
});

test('K13.6 without a key there is no licence with a key, and the bare ones are unlicensed', () => {
  const pc = machine('Windows 7 Enterprise');
  const bare = new World().product(pc, keyed(pc).activationId, 'UninstallProductKey').state;
  expect(products(bare)).toEqual([]);
  const all = products(bare, { kind: 'all' });
  expect(all.length).toBeGreaterThan(3);
  expect(all.map((row) => [row['LicenseStatus'], row['PartialProductKey']])).toEqual(
    all.map(() => [0, null]),
  );
});

test('K14.2 the extended PID: 5-5-3-6-2 digits, language, build.0000, day and year, of no real group', () => {
  const pid = String(products(machine('Windows 7 Enterprise'))[0]!['ProductKeyID']);
  expect(pid).toMatch(/^99999-\d{5}-\d{3}-\d{6}-03-1033-7601\.0000-0052026$/);
});

test('every property of every class is there, on bare licences too', () => {
  const state = installEdition(
    machine('Windows 11 Enterprise'),
    shop.findEdition('Office LTSC Professional Plus 2021')!,
    context(),
  );
  for (const row of products(state, { kind: 'all' }))
    expect(Object.keys(row).sort()).toEqual([...productProperties].sort());
  expect(Object.keys(service(state)).sort()).toEqual([...serviceProperties].sort());
});

test('a subscription shows until it ends; a machine without one says 120', () => {
  const state = machine('Windows 11 Enterprise');
  expect(service(state)).toMatchObject({
    SubscriptionEdition: 'UNSPECIFIED',
    SubscriptionType: 120,
    SubscriptionStatus: 120,
    SubscriptionExpiry: '<unspecified>',
  });
  const subscription = { edition: 'Enterprise', type: 1, status: 1 } as const;
  const lasting: MachineState = { ...state, subscription: { ...subscription, endsAt: begin + 1 } };
  expect(service(lasting)).toMatchObject({ SubscriptionType: 1, SubscriptionStatus: 1 });
  const over: MachineState = { ...state, subscription: { ...subscription, endsAt: begin } };
  expect(service(over)).toMatchObject({
    SubscriptionStatus: 120,
    SubscriptionExpiry: new Date(begin).toISOString(),
  });
});

test('an ID in any case finds its licence, with or without a key; projections give what was chosen', () => {
  const pc = machine('Windows 7 Enterprise');
  const all = products(pc, { kind: 'all' });
  for (const row of all) {
    const id = String(row['ID']);
    expect(products(pc, { kind: 'id', id: id.toUpperCase() })).toEqual([row]);
  }
  const query = {
    class: 'SoftwareLicensingProduct',
    select: ['ID', 'Name'],
    filter: { kind: 'all' },
  } as const;
  expect(Object.keys(queryMachine(pc, query, view())[0]!)).toEqual(['ID', 'Name']);
  expect(products(pc, { kind: 'id', id: 'nothing' })).toEqual([]);
});

test('token licences as rows', () => {
  const pc = machine('Windows 7 Enterprise');
  const license = {
    id: 'b3861899-ede2-5254-88d5-7f58221a7f64',
    ilid: 'b8b2f0a1-1111-4a4a-9999-0123456789ab',
    ilvid: 3,
    expiresAt: begin + days(1),
    additionalInfo: '',
    authorizationStatus: 0xc004f30a,
    description: 'Token',
    grants: [],
  };
  const query = {
    class: 'SoftwareLicensingTokenActivationLicense',
    select: tokenLicenseProperties,
    filter: { kind: 'all' },
  } as const;
  expect(queryMachine({ ...pc, tokenLicenses: [license] }, query, view())).toEqual([
    {
      ID: license.id,
      ILID: license.ilid,
      ILVID: 3,
      ExpirationDate: '20260106080000.000000-000',
      AdditionalInfo: null,
      AuthorizationStatus: -1073417462,
      Description: 'Token',
    },
  ]);
});

test('a product shows the KMS settings in force for it, its own before those of the machine', () => {
  const world = new World();
  const pc = machine('Windows 10 Enterprise');
  const { activationId } = keyed(pc);
  const global = world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: 'kms01' }).state;
  expect(service(global)['KeyManagementServiceMachine']).toBe('kms01');
  expect(products(global)[0]!['KeyManagementServiceMachine']).toBe('kms01');
  const own = world.product(global, activationId, 'SetKeyManagementServiceMachine', {
    MachineName: 'kms02',
  }).state;
  expect(products(own)[0]!['KeyManagementServiceMachine']).toBe('kms02');
  const cleared = world.product(own, activationId, 'ClearKeyManagementServiceMachine').state;
  expect(products(cleared)[0]!['KeyManagementServiceMachine']).toBe('kms01');
});

const samples = path.resolve(__dirname, '../../../../shared/conformance/cases/dlv.json');

(existsSync(samples) ? test : test.skip)('names and descriptions are those of recorded machines', () => {
  const cases = JSON.parse(readFileSync(samples, 'utf8')) as {
    machine: { products: Record<string, string>[] };
  }[];
  const recorded = new Set(
    cases.flatMap(({ machine: { products: all } }) =>
      all.map(({ Name, Description }) => `${Name!} | ${Description!}`),
    ),
  );
  const office = installEdition(
    machine('Windows 11 Enterprise'),
    shop.findEdition('Office Professional Plus 2016')!,
    context(),
  );
  const rows = [
    ...products(office),
    ...products(machine('Windows 7 Enterprise')),
    ...products(machine('Windows 10 Enterprise', { channel: 'evaluation' })),
    ...products(machine('Windows 10 Enterprise', { channel: 'mak' })),
  ];
  for (const row of rows)
    expect(recorded).toContain(`${String(row['Name'])} | ${String(row['Description'])}`);
});
