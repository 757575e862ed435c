import fc from 'fast-check';
import { isLicensingError, LicensingError, type LicensingProvider } from '../../../src/licensing/provider';
import {
  type BridgeAnswer,
  type BridgeRequest,
  type BridgeResult,
  changesState,
} from '../../../src/providers/windows/bridge/protocol';
import { type RemoteProvider, windowsProvider } from '../../../src/providers/windows/provider';
import { TransportError } from '../../../src/transports/transport-error';
import { makeDouble } from '../../conformance/double';
import { smallCase } from '../../fixtures/case';
import { runnerOver, testHost } from './bridge-executor';

/** A step of a made-up verb. */
type Step =
  | { readonly kind: 'set'; readonly value: string; readonly swallow: boolean }
  | { readonly kind: 'refresh'; readonly swallow: boolean }
  | { readonly kind: 'read' }
  | { readonly kind: 'registry'; readonly action: 'set' | 'delete' | 'check' }
  | { readonly kind: 'both' };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      value: fc.string({ maxLength: 3 }),
      swallow: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('refresh' as const), swallow: fc.boolean() }),
    fc.constant({ kind: 'read' } as const),
    fc.constant({ kind: 'both' } as const),
    fc.record({
      kind: fc.constant('registry' as const),
      action: fc.constantFrom('set' as const, 'delete' as const, 'check' as const),
    }),
  ),
  { maxLength: 8 },
);

const service = { class: 'SoftwareLicensingService', key: '10.0.20348.1' } as const;

async function swallowed(work: Promise<unknown>, swallow: boolean): Promise<string> {
  try {
    return JSON.stringify(await work);
  } catch (error) {
    if (!swallow || !isLicensingError(error)) throw error;
    return `failed ${String(error.hresult)}`;
  }
}

async function perform(provider: LicensingProvider, step: Step): Promise<string> {
  const read = (): Promise<unknown> =>
    provider.query({
      class: 'SoftwareLicensingService',
      select: ['KeyManagementServiceMachine'],
      filter: { kind: 'all' },
    });
  switch (step.kind) {
    case 'set': {
      const args = { MachineName: step.value };
      return swallowed(
        provider.invoke({ ...service, method: 'SetKeyManagementServiceMachine', args }),
        step.swallow,
      );
    }
    case 'refresh':
      return swallowed(
        provider.invoke({ ...service, method: 'RefreshLicenseStatus', args: {} }),
        step.swallow,
      );
    case 'read':
      return JSON.stringify(await read());
    case 'both':
      return JSON.stringify(await Promise.all([read(), provider.registry.checkAccess('x'), read()]));
    case 'registry':
      if (step.action === 'check') return String(await provider.registry.checkAccess('k'));
      if (step.action === 'set') return String(await provider.registry.setString('k', 'v', 'd'));
      return String(await provider.registry.deleteValue('k', 'v'));
  }
}

async function* verb(provider: LicensingProvider, todo: readonly Step[]): AsyncGenerator<string> {
  for (const step of todo) yield `${step.kind}: ${await perform(provider, step)}`;
}

async function observe(results: AsyncIterable<string>): Promise<readonly string[]> {
  const seen: string[] = [];
  try {
    for await (const result of results) seen.push(result);
  } catch (error) {
    if (!isLicensingError(error)) throw error;
    seen.push(`ended by ${String(error.hresult)}`);
  }
  return seen;
}

const ports = {
  description: { kind: 'windows', machine: 'm' },
  clock: () => 0,
  readLocalFile: () => Promise.reject(new Error('no file')),
} as const;

interface World {
  readonly failures: Record<string, string>;
  readonly registryReturns: Record<string, number>;
}

const world: fc.Arbitrary<World> = fc.record({
  failures: fc.constantFrom<Record<string, string>>(
    {},
    { SetKeyManagementServiceMachine: '0xC004F069' },
    { RefreshLicenseStatus: '0x80070005' },
    { SetKeyManagementServiceMachine: '0xC004F069', RefreshLicenseStatus: '0x80070005' },
  ),
  registryReturns: fc.constantFrom<Record<string, number>>(
    {},
    { DeleteValue: 2 },
    { SetStringValue: 5 },
    { DeleteValue: 5 },
  ),
});

function machineOf({ failures, registryReturns }: World): ReturnType<typeof makeDouble> {
  const one = smallCase({ failures });
  return makeDouble({ ...one, machine: { ...one.machine, registryReturns } });
}

describe('gathering changes', () => {
  test('prints and does what running one step after another does, in no more round trips', async () => {
    await fc.assert(
      fc.asyncProperty(steps, world, async (todo, facts) => {
        const [plain, clever] = [machineOf(facts), machineOf(facts)];
        const direct = windowsProvider(runnerOver(plain), ports);
        const gathered = windowsProvider(runnerOver(clever), ports);
        const expected = await observe(verb(direct, todo));
        const seen = await observe(gathered.gather((provider) => verb(provider, todo)));
        expect(seen).toEqual(expected);
        expect(clever.calls).toEqual(plain.calls);
        expect(gathered.cost.roundTrips).toBeLessThanOrEqual(direct.cost.roundTrips + 1);
      }),
      { numRuns: 300 },
    );
  });

  test('changes in a row and the read behind them are one round trip', async () => {
    const double = machineOf({ failures: {}, registryReturns: {} });
    const provider = windowsProvider(runnerOver(double), ports);
    const todo: readonly Step[] = [
      { kind: 'set', value: 'a', swallow: false },
      { kind: 'refresh', swallow: true },
      { kind: 'set', value: 'b', swallow: false },
      { kind: 'read' },
    ];
    const seen = await observe(provider.gather((one) => verb(one, todo)));
    expect(provider.cost.roundTrips).toBe(1);
    expect(seen.at(-1)).toContain('"KeyManagementServiceMachine":"b"');
  });

  test('nothing is given before it has happened', async () => {
    const provider = windowsProvider(
      runnerOver(
        machineOf({ failures: { SetKeyManagementServiceMachine: '0xC004F069' }, registryReturns: {} }),
      ),
      ports,
    );
    const seen = await observe(
      provider.gather(async function* (one) {
        yield 'begin';
        await perform(one, { kind: 'set', value: 'a', swallow: false });
        yield 'done';
      }),
    );
    expect(seen).toEqual(['begin', `ended by ${String(0xc004f069)}`]);
  });

  test('questions of the same turn share a round trip without gathering, too', async () => {
    const provider = windowsProvider(runnerOver(machineOf({ failures: {}, registryReturns: {} })), ports);
    await perform(provider, { kind: 'both' });
    expect(provider.cost).toEqual({ roundTrips: 1, operations: 3, changes: 0 });
  });
});

describe('answers that are not as they should be', () => {
  const provider = (answer: (request: BridgeRequest) => readonly BridgeResult[]): RemoteProvider =>
    windowsProvider(
      {
        run: (request) =>
          Promise.resolve({ v: 1, host: testHost, results: answer(request) } satisfies BridgeAnswer),
        close: () => Promise.resolve(),
      },
      ports,
    );
  const read = (value: never): Promise<unknown> =>
    provider(() => [{ ok: true, value }]).query({
      class: 'SoftwareLicensingProduct',
      select: ['Name'],
      filter: { kind: 'all' },
    });

  test('too few and too many results', async () => {
    await expect(provider(() => []).connect()).rejects.toMatchObject({ step: 'answer', failure: 'garbage' });
    const two = provider(() => [
      { ok: true, value: [] },
      { ok: true, value: [] },
    ]);
    await expect(two.connect()).rejects.toMatchObject({ failure: 'garbage' });
  });

  test('any value in place of rows is rows or a LicensingError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const outcome: unknown = await read(value as never).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof LicensingError).toBe(true);
      }),
    );
  });

  test('names in another case are found, dates become DMTF, control characters become harmless', async () => {
    const value = [
      { id: 'x', NAME: 'a\u001b[2Jb', trustedtime: '2026-11-20T09:59:12.5000000Z', EvaluationEndDate: null },
    ];
    const [row] = await provider(() => [{ ok: true, value }]).query({
      class: 'SoftwareLicensingProduct',
      select: ['ID', 'Name', 'TrustedTime', 'EvaluationEndDate', 'LicenseStatus'],
      filter: { kind: 'all' },
    });
    expect(row).toEqual({
      ID: 'x',
      Name: 'a\ufffd[2Jb',
      TrustedTime: '20261120095912.500000+000',
      EvaluationEndDate: null,
    });
  });
});

describe('a connection that breaks while a change is under way', () => {
  function breaking(after: 'works again' | 'stays broken'): RemoteProvider {
    const double = machineOf({ failures: {}, registryReturns: {} });
    const runner = runnerOver(double);
    let broken = false;
    const cut = new TransportError({ step: 'command', cause: 'closed', message: 'cut' });
    return windowsProvider(
      {
        close: () => Promise.resolve(),
        run: async (request) => {
          if (broken && after === 'stays broken') throw cut;
          const answer = await runner.run(request);
          if (!request.steps.some((step) => changesState(step.do))) return answer;
          broken = true;
          throw cut;
        },
      },
      ports,
    );
  }

  const change = (provider: LicensingProvider): Promise<string> =>
    perform(provider, { kind: 'set', value: 'kms01', swallow: true });

  test('what is true now is told', async () => {
    await expect(change(breaking('works again'))).rejects.toMatchObject({
      advice: expect.arrayContaining([
        'After SetKeyManagementServiceMachine: KeyManagementServiceMachine is kms01.',
      ]) as unknown,
    });
  });

  test('or that nobody knows', async () => {
    await expect(change(breaking('stays broken'))).rejects.toMatchObject({
      advice: [expect.stringContaining('SetKeyManagementServiceMachine took place is unknown') as unknown],
    });
  });
});
