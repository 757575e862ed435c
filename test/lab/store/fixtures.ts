import { defaultSettings } from '../../../src/lab/estate/settings';
import type { EstateRecord } from '../../../src/lab/estate/store-port';
import type { RequestLogRow } from '../../../src/kms/engine/host-records';
import { hresult } from '../../../src/licensing/hresult';
import type { EventEntry } from '../../../src/lab/model/events';
import type {
  ActivationId,
  Cmid,
  MachineName,
  MachineState,
  ProductState,
} from '../../../src/lab/model/state';
import type { EditionId } from '../../../src/licensing/catalogue/types';

export const estateRecord: EstateRecord = {
  kind: 'lab',
  domain: 'lab.example',
  seed: 7,
  draws: 0,
  createdAt: 1_767_600_000_000,
  settings: defaultSettings,
};

const hostProduct: ProductState = {
  activationId: '11111111-2222-4333-8444-555555555555' as ActivationId,
  edition: 'windows-7-enterprise' as EditionId,
  channel: 'csvlk',
  addedAt: 0,
  key: null,
  license: { status: 'licensed', until: null, reason: 0, by: 'microsoft', since: 0 },
  skuRearmsLeft: -1,
  boundHardware: 1,
  kmsClient: { discovered: null, hostPid: null, activationInterval: null, renewalInterval: null },
  kmsHost: {
    group: 'client-win7',
    requests: {
      total: 0,
      failed: 0,
      unlicensed: 0,
      licensed: 0,
      oobGrace: 0,
      ootGrace: 0,
      nonGenuineGrace: 0,
      notification: 0,
    },
  },
  activationType: 0,
  ad: null,
  token: null,
  avma: null,
  evaluationEndsAt: null,
  timer: null,
  pausedGraceMinutes: null,
  graceEndsAt: null,
};

export const hostActivationId = hostProduct.activationId;

/** A machine for tests of the store, which never looks inside it except for the counters of a host product. */
export function machineState(name: string): MachineState {
  return {
    schema: 1,
    name: name as MachineName,
    domain: null,
    dns: { primary: null, dhcp: null, searchList: [] },
    virtual: false,
    hypervisor: null,
    generation: 'win7',
    version: '6.1.7601.17514',
    lcid: 1033,
    elevated: true,
    clockSkewMs: 0,
    slic: 'none',
    running: true,
    addedAt: 0,
    startedAt: null,
    restartWanted: false,
    pendingRearm: null,
    cmid: '00000000-0000-4000-8000-000000000001' as Cmid,
    previousCmid: null,
    hardware: 1,
    windowsRearmsLeft: 3,
    generalizeRearms: 0,
    publishAt: null,
    applications: {},
    editions: [hostProduct.edition],
    products: [hostProduct],
    keyInRegistry: null,
    registry: {},
    loadedHost: {
      listeningPort: 1688,
      activationInterval: 120,
      renewalInterval: 10_080,
      dnsPublishing: true,
      lowPriority: false,
      publishList: [],
    },
    tokenLicenses: [],
    certificates: [],
    kmsUpdates: false,
    dataExchange: false,
  };
}

export function eventEntry(at: number, id = 12288): EventEntry {
  return {
    id,
    log: 'Application',
    source: 'Microsoft-Windows-Security-SPP',
    level: 'information',
    at,
    fields: ['0x0', String(at)],
    message: 'A test wrote this.',
  };
}

export function requestRow(
  at: number,
  clientMachineId = '00000000-0000-4000-8000-00000000000a',
): RequestLogRow {
  return {
    at,
    hresult: hresult(0xc004f06c),
    requiredClientCount: 25,
    machineName: 'PC-001.lab.example',
    clientMachineId,
    clientTime: at - 5,
    isVirtualMachine: true,
    licenseStatus: 2,
    minutesRemaining: 43_200,
    activationId: '22222222-2222-4333-8444-555555555555',
  };
}
