import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryScenario, type KnownMachine } from '../../src/forecast/make/inventory-scenario';
import { readScenario } from '../../src/forecast/scenario/read-scenario';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import { windowsApplicationId } from '../../src/licensing/windows';
import { InProcess } from '../storm/in-process';

const now = Date.UTC(2026, 0, 5, 8);

function machine(
  name: string,
  { system = 'Windows 10 Enterprise', channel = 'Volume:GVLK', kms = null, ...rest }: Facts = {},
): KnownMachine {
  const product = {
    activationId: '',
    applicationId: windowsApplicationId,
    name: '',
    channel,
    status: 1,
    isAddon: false,
    kmsHost: kms,
  };
  return { name, cmid: null, system, kmsSet: null, tags: {}, products: [product], ...rest };
}

interface Facts extends Partial<Omit<KnownMachine, 'name'>> {
  readonly channel?: string | null;
  readonly kms?: string | null;
}

function made(...machines: readonly KnownMachine[]): ReturnType<typeof inventoryScenario> {
  return inventoryScenario(machines, catalogue(), now);
}

test('sites by tag and by domain, hosts with a key and hosts that clients name, clones, set hosts', () => {
  const { content, leftOut, assumedHosts } = made(
    machine('kms1.example', { system: 'Windows Server 2019 Standard', channel: 'Volume:CSVLK' }),
    machine('a.example', { kms: 'KMS1:1688' }),
    machine('b.example', { kms: 'kms1.example' }),
    machine('c', { tags: { site: 'Köln/1', virtual: 'yes' }, kms: 'other.example' }),
    machine('d', { tags: { site: 'köln/1' }, kmsSet: '[fd00::1]' }),
    machine('e.example', { cmid: 'x' }),
    machine('f.example', { cmid: 'x' }),
    machine('10.0.0.5', { channel: 'Retail' }),
  );
  const { scenario, plan } = readScenario(content, 'inventory');
  expect(plan.machines).toBe(7);
  expect(scenario).toMatchObject({
    sites: {
      example: {
        clients: [
          { product: 'Windows 10 Enterprise', count: 2 },
          { product: 'Windows 10 Enterprise', count: 2, image: 'cloned' },
        ],
        hosts: ['kms1.example'],
      },
      'K-ln-1': {
        clients: [
          { virtual: true, count: 1 },
          { kmsHost: 'fd00--1', count: 1 },
        ],
        hosts: ['other.example'],
      },
      machines: { clients: [{ activation: 'retail', count: 1 }] },
    },
    hosts: { 'kms1.example': { product: 'Windows Server 2019 Standard' } },
  });
  expect([leftOut.size, assumedHosts]).toEqual([0, ['other.example', 'fd00::1']]);
});

test('who is left out is told with the reason', () => {
  const { leftOut } = made(
    machine('a'),
    machine('mak', { channel: 'Volume:MAK' }),
    machine('guest', { channel: 'AVMA' }),
    machine('never', { products: [] }),
    machine('strange', { system: 'Windows 12' }),
    machine('nameless', { channel: null }),
    machine('lonely', {
      system: 'Windows Server 2019 Standard',
      channel: 'Volume:CSVLK',
      tags: { site: 'away' },
    }),
  );
  expect([...leftOut.values()].flat().toSorted()).toEqual([
    'guest',
    'lonely',
    'mak',
    'nameless',
    'never',
    'strange',
  ]);
});

describe('in the program', () => {
  const program = new InProcess(null);
  afterAll(() => program.remove());

  test('machines that were scanned are played; --where and an expression choose; the rest is refused', async () => {
    await program.ok('lab', 'init');
    await program.ok('lab', 'add', 'KMS', '--product', 'Windows Server 2019 Standard');
    const key = (
      await program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2019 Standard')
    ).trim();
    await program.ok('KMS', '/ipk', key);
    await program.ok('KMS', '/ato');
    await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '30');
    await program.ok('fleet', 'scan', '*');
    const all = await program.run(['forecast', '--from-inventory']);
    expect([all.status, all.err]).toEqual([0, '']);
    expect(all.out).toContain('All 30 machines are licensed at the end.');
    const some = await program.run([
      'forecast',
      '--from-inventory',
      'PC-[001-010]',
      '--where',
      'name != PC-001',
    ]);
    expect([some.status, some.out]).toEqual([0, expect.stringContaining('0 of 9 machines')]);
    const file = join(program.files, 'made.yaml');
    const made = await program.run([
      'forecast',
      'init',
      '--from-inventory',
      'KMS,PC-[001-026]',
      '--out',
      file,
    ]);
    expect([made.status, made.err]).toEqual([0, '']);
    expect((await program.run(['forecast', file])).out).toContain('All 26 machines are licensed at the end.');
    const ofLab = await program.run(['forecast', 'init', '--from-lab']);
    expect([ofLab.status, readScenario(ofLab.out, 'lab').plan.machines]).toEqual([0, 30]);
    for (const words of [
      ['init', '--from-inventory', '--from-lab'],
      ['init', '--where', 'status = licensed'],
      ['init', 'PC-001'],
      ['init', '--from-lab', 'PC-001'],
      ['init', '--from-inventory', 'NOBODY', '--out', join(program.files, 'none.yaml')],
      ['init', '--from-inventory', '--out', file],
      ['--from-inventory', '--from-lab'],
      ['--from-lab', '--where', 'status = licensed'],
      ['plan.yaml', '--store', 'postgres://localhost/x'],
      ['--from-inventory', 'NOBODY'],
      ['--from-inventory', 'KMS'],
    ]) {
      const { status, out, err } = await program.run(['forecast', ...words]);
      expect({ words, status, out, isTold: err !== '' }).toEqual({ words, status: 1, out: '', isTold: true });
    }
    expect(readdirSync(program.files)).toEqual(['made.yaml']);
  }, 120_000);
});
