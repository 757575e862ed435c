import { formatHresult } from '../../../src/licensing/hresult';
import { requestProcessedFields } from '../../../src/kms/engine/host-events';
import { type HostResult } from '../../../src/kms/engine/host';
import { type RequestCounterName } from '../../../src/kms/engine/host-records';
import { type ActivationRequest, type LicenseStatusCode } from '../../../src/kms/engine/messages';
import {
  asOffice2016,
  asServer,
  clientSku,
  cmid,
  facts,
  foreignSku,
  hour,
  minute,
  officeHost,
  request,
  serverSku,
  start,
  TestHost,
  windowsHost,
} from './fixtures';

/** The HRESULT of a refusal and of the log row, as text. */
function refused({ answer, logRow }: HostResult): readonly [string, string] {
  if (answer.kind !== 'refusal') throw new Error('answered');
  return [formatHresult(answer.hresult), formatHresult(logRow.hresult)];
}

describe('refusals', () => {
  test('K12.8 the host lacks the product: 0xC004F042 to the client, 0xC004F015 in its log', () => {
    const result = new TestHost().ask({ activationId: foreignSku });
    expect(refused(result)).toEqual(['0xC004F042', '0xC004F015']);
    expect(result.cacheChanges).toEqual([]);
  });

  test('K12.9 the host is not activated: 0xC004F041', () => {
    const host = new TestHost(facts({ products: [windowsHost({ activated: false })] }));
    expect(refused(host.ask({}))).toEqual(['0xC004F041', '0xC004F041']);
    expect(host.cache.rows().clients).toEqual([]);
  });

  test('K12.9 of two host keys, the one that activates the product must be activated', () => {
    const products = [windowsHost(), officeHost('2016', { activated: false })];
    const host = new TestHost(facts({ products }));
    expect(refused(host.ask(asOffice2016))[0]).toBe('0xC004F041');
    expect(host.count({})).toBe(1);
  });

  test('K12.10 KMS is not enabled: 0xC004F039', () => {
    const result = new TestHost(facts({ products: [] })).ask({});
    expect(refused(result)).toEqual(['0xC004F039', '0xC004F039']);
    expect(result.increment).toBeNull();
  });

  test.each([1, -1])(
    'K3.11 a clock beyond the tolerance is refused with 0xC004F06C (direction %i)',
    (direction) => {
      const host = new TestHost();
      expect(host.count({ clientTime: start + direction * 4 * hour })).toBe(1);
      const tooFar = host.ask({ clientTime: start + direction * (4 * hour + 1) });
      expect(refused(tooFar)).toEqual(['0xC004F06C', '0xC004F06C']);
    },
  );

  test('K3.11 the tolerance is a setting', () => {
    const host = new TestHost(facts({ clockToleranceMinutes: 5 }));
    expect(refused(host.ask({ clientTime: start - 6 * minute }))[0]).toBe('0xC004F06C');
  });

  test('K11.3 the group of the key decides which products it activates', () => {
    const serversOnly = new TestHost(facts({ products: [windowsHost({ activates: new Set([serverSku]) })] }));
    expect(serversOnly.count(asServer)).toBe(1);
    expect(refused(serversOnly.ask({}))[0]).toBe('0xC004F042');
  });

  test('K11.4 a key for client systems refuses servers', () => {
    const clientsOnly = new TestHost(facts({ products: [windowsHost({ activates: new Set([clientSku]) })] }));
    expect(clientsOnly.count({})).toBe(1);
    expect(refused(clientsOnly.ask(asServer))).toEqual(['0xC004F042', '0xC004F015']);
  });

  test('K11.2 there is no limit on the number of clients', () => {
    const host = new TestHost();
    for (let n = 1; n <= 5000; n += 1)
      expect(host.ask({ clientMachineId: cmid(n) }).answer.kind).toBe('count');
  });
});

describe('what a request leaves behind', () => {
  const byStatus: readonly (readonly [LicenseStatusCode, RequestCounterName])[] = [
    [0, 'unlicensed'],
    [1, 'licensed'],
    [2, 'oobGrace'],
    [3, 'ootGrace'],
    [4, 'nonGenuineGrace'],
    [5, 'notification'],
    [6, 'ootGrace'],
  ];

  test.each(byStatus)(
    'K13.5 a request in licence state %i adds one to total and one to %s',
    (licenseStatus, name) => {
      const { increment } = new TestHost().ask({ licenseStatus });
      expect(increment).toEqual({ hostActivationId: windowsHost().activationId, counters: ['total', name] });
    },
  );

  test('K13.5 each request adds one, so the counters exceed the count in time', () => {
    const host = new TestHost();
    let total = 0;
    for (let n = 0; n < 100; n += 1) {
      total += host.ask({ clientMachineId: cmid(n % 3) }, start + n * hour).increment === null ? 0 : 1;
    }
    expect(total).toBe(100);
    expect(host.count({ clientMachineId: cmid(0) }, start + 100 * hour)).toBe(3);
  });

  test('K13.4 failed requests are those of clients that the host could not support', () => {
    const { increment } = new TestHost().ask({ activationId: foreignSku });
    expect(increment).toEqual({
      hostActivationId: windowsHost().activationId,
      counters: ['total', 'failed'],
    });
  });

  test('the counters of the product that the client asked for count it', () => {
    const products = [windowsHost(), officeHost('2016')];
    const host = new TestHost(facts({ products }));
    expect(host.ask(asOffice2016).increment?.hostActivationId).toBe(officeHost('2016').activationId);
    const foreign: Partial<ActivationRequest> = { ...asOffice2016, activationId: foreignSku };
    expect(host.ask(foreign).increment?.hostActivationId).toBe(officeHost('2016').activationId);
  });

  test('K10.3 the log row has the fields of event 12290, whatever the answer', () => {
    const asked = request({ licenseStatus: 5, minutesRemaining: 7, isVirtualMachine: true });
    expect(new TestHost().ask(asked).logRow).toEqual({
      at: start,
      hresult: 0,
      requiredClientCount: 25,
      machineName: 'PC-001.lab.example',
      clientMachineId: cmid(1),
      clientTime: start,
      isVirtualMachine: true,
      licenseStatus: 5,
      minutesRemaining: 7,
      activationId: clientSku,
    });
  });

  test('K10.8 event 12290 puts the N-policy second and the machine name third', () => {
    const { logRow } = new TestHost().ask({ clientTime: start - 5 * hour });
    expect(requestProcessedFields(logRow)).toEqual([
      '0xC004F06C',
      '25',
      'PC-001.lab.example',
      cmid(1),
      '2026/01/05 03:00',
      '0',
      '2',
      '43200',
      clientSku,
    ]);
  });

  test('K3.2 K3.3 the host hands out its own intervals', () => {
    const host = new TestHost(facts({ activationIntervalMinutes: 15, renewalIntervalMinutes: 43_200 }));
    expect(host.ask({}).answer).toMatchObject({
      activationIntervalMinutes: 15,
      renewalIntervalMinutes: 43_200,
    });
  });
});
