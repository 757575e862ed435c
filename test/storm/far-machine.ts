import { smallCase } from '../fixtures/case';
import type { ConformanceCase } from '../conformance/case-file';
import { verbs } from '../../src/verbs/table';

const windows = '1cb96060-547c-8c1d-a26f-d11098a6493b';
const office = 'b322da9c-a2e2-4058-9e4e-f59a6970bd69';
const container =
  'CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com';

/** A machine with something of everything that a verb may read: what a hostile answer is made from. */
export function farMachine(argv: readonly string[]): ConformanceCase {
  const { machine, ...rest } = smallCase();
  const [product = {}] = machine.products;
  return {
    ...rest,
    argv: [...argv],
    machine: {
      ...machine,
      service: {
        ...machine.service,
        IsKeyManagementServiceMachine: 0,
        KeyManagementServiceCurrentCount: -1,
        KeyManagementServiceListeningPort: 1688,
        VLActivationInterval: 120,
        VLRenewalInterval: 10_080,
        KeyManagementServiceMachine: 'kms01.corp.contoso.com',
      },
      products: [
        {
          ...product,
          OfflineInstallationId: '1234567890123456789012345678901234567890',
          GracePeriodRemaining: 14_400,
          EvaluationEndDate: '20270101000000.000000-000',
          TrustedTime: '20261120095900.000000-000',
          IsKeyManagementServiceMachine: 0,
          VLActivationTypeEnabled: 0,
          LicenseStatusReason: 0x4004f00c,
        },
        { ...product, ID: office, ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663', Name: 'Office' },
      ],
      tokenLicenses: [
        {
          ID: 'token-1',
          ILID: 'ilid',
          ILVID: 1,
          ExpirationDate: '20270101000000.000000-000',
          AdditionalInfo: 'x',
          AuthorizationStatus: 0,
          Description: 'y',
        },
      ],
      certificates: ['AA11|CN=User|CN=CA|2026-01-01 00:00:00|2027-01-01 00:00:00'],
      activationObjects: [
        {
          displayName: 'One',
          distinguishedName: `CN=One,${container}`,
          'msSPP-CSVLKSkuId': windows,
          'msSPP-CSVLKPid': '55041-00168-305-190595-03-1033-7601.0000-0102025',
          'msSPP-CSVLKPartialProductKey': 'ABCDE',
        },
      ],
      adInstallationId: '123456',
      licenseFiles: [
        'C:\\Windows\\system32\\spp\\tokens\\a\\a.xrm-ms',
        'C:\\Windows\\system32\\oem\\b.xrm-ms',
      ],
    },
  };
}

const key = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
const good: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ipk: [[key]],
  ilc: [['/licence.xrm-ms']],
  'rearm-app': [['55c92734-d682-4d71-983e-d6ec3f16059f']],
  'rearm-sku': [[windows]],
  upk: [[], [office]],
  ato: [[], [office]],
  dli: [[], ['all']],
  dlv: [[], ['all'], [windows]],
  atp: [['111111']],
  skms: [['kms02:1689'], [':1690'], ['kms02', windows], ['[::1]:1688']],
  'skms-domain': [['corp.example']],
  ril: [['ilid', '1']],
  fta: [['AA11', '1234']],
  sprt: [['1689']],
  sai: [['60']],
  sri: [['600']],
  'act-type': [['2'], ['0', windows]],
  'ad-activation-online': [[key, 'name']],
  'ad-activation-get-iid': [[key]],
  'ad-activation-apply-cid': [[key, '1', 'name']],
  'del-ao': [['One'], [`CN=One,${container}`]],
};

/** Lines of all verbs that would do their work on {@link farMachine}. */
export const goodLines: readonly (readonly string[])[] = verbs.flatMap(({ name }) =>
  (good[name] ?? [[]]).map((words) => [`/${name}`, ...words]),
);
