import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  servedFiles,
  makeServedFolder,
  writeServedFacts,
  removeServedFacts,
} from '../../../src/serve/kms-host/served-files';
import { servedIdentity } from '../../../src/serve/windows/identity';
import { serveMachines, type ServeOptions } from '../../../src/serve/windows/serve-machines';
import { portsOfMachines } from '../../../src/serve/windows/served-ports';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { twoMachines } from './support';

afterEach(closeLaboratories);

describe('ports count up', () => {
  test('past what another protocol has; the first machine gets the first ports', () => {
    expect(portsOfMachines(['A', 'B', 'C'], { winrm: 5985, winrms: 5986 })).toEqual([
      { winrm: 5985, winrms: 5986 },
      { winrm: 5987, winrms: 5988 },
      { winrm: 5989, winrms: 5990 },
    ]);
  });

  test('and never meet, wherever they begin', () => {
    const from = fc.integer({ min: 0, max: 12 }).map((each) => (each === 0 ? 0 : 60_000 + each));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.uniqueArray(from, { minLength: 3, maxLength: 3 }),
        (n, first) => {
          const [ssh = 0, winrm = 0, winrms = 0] = first;
          const names = Array.from({ length: n }, (_, at) => `M${at}`);
          const ports = portsOfMachines(names, { ssh, winrm, winrms });
          expect(ports[0]).toEqual({ ssh, winrm, winrms });
          const used = ports.flatMap((each) => Object.values(each)).filter((port) => port !== 0);
          expect(new Set(used).size).toBe(used.length);
        },
      ),
    );
  });

  test('a first port said twice, and ports that do not reach, are refused', () => {
    expect(() => portsOfMachines(['A'], { winrm: 5985, winrms: 5985 })).toThrow(/both begin at port 5985/);
    expect(() => portsOfMachines(['A', 'B'], { ssh: 65_535 })).toThrow(/no port left for ssh of B/);
    expect(portsOfMachines(['A', 'B'], { ssh: 0, winrm: 0 })).toEqual([
      { ssh: 0, winrm: 0 },
      { ssh: 0, winrm: 0 },
    ]);
  });
});

describe('served, or nothing is', () => {
  const optionsOf = (laboratory: TestLaboratory, more: Partial<ServeOptions>): ServeOptions => ({
    ...{ machines: ['KMS01', 'OTHER'], listen: '127.0.0.1', ports: { winrm: 0 } },
    ...{ home: laboratory.folder, targetsOut: null },
    ...more,
  });

  test('the targets file is there when the listeners are told of', async () => {
    const laboratory = twoMachines();
    const targetsOut = join(laboratory.folder, 'targets.yaml');
    const told: boolean[] = [];
    const running = await serveMachines(laboratory, optionsOf(laboratory, { targetsOut }), () =>
      told.push(existsSync(targetsOut)),
    );
    await running.close();
    expect(told).toEqual([true, true]);
    expect(readFileSync(targetsOut, 'utf8')).toContain('KMS01');
  });

  test('one that cannot be written opens nothing, and neither does a port that is taken', async () => {
    const laboratory = twoMachines();
    const opened: unknown[] = [];
    const serve = (more: Partial<ServeOptions>): Promise<unknown> =>
      serveMachines(laboratory, optionsOf(laboratory, more), (address) => opened.push(address));
    const nowhere = join(laboratory.folder, 'none', 'targets.yaml');
    await expect(serve({ targetsOut: nowhere })).rejects.toThrow(/nothing is served: .*targets[.]yaml/);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(serve({ ports: { winrm: port } })).rejects.toThrow(/something listens there already/);
    taken.close();
    expect(opened).toEqual([]);
  });
});

describe('keys of served machines have one owner', () => {
  const machine = { name: 'KMS01', domain: 'corp.example' };

  test('serving the KMS host of the same machine leaves them what they are', async () => {
    const { folder } = twoMachines();
    const made = await servedIdentity(folder, machine, Date.now());
    makeServedFolder(folder);
    const files = servedFiles(folder, machine.name);
    const facts = { machine: 'KMS01', pid: 1, address: '::1', port: 1688, reachedAt: [], startedAt: 0 };
    writeServedFacts(files, facts);
    expect(await servedIdentity(folder, machine, Date.now())).toEqual(made);
    removeServedFacts(files);
    expect(await servedIdentity(folder, machine, Date.now())).toEqual(made);
  });

  test('keys of an older version come along, facts of a served host in their place do not', async () => {
    const from = twoMachines().folder;
    const made = await servedIdentity(from, machine, Date.now());
    const { folder } = twoMachines();
    mkdirSync(join(folder, 'served'));
    writeFileSync(join(folder, 'served', 'kms01.json'), JSON.stringify(made));
    writeFileSync(join(folder, 'served', 'other.json'), '{"machine":"OTHER","pid":7}');
    expect(await servedIdentity(folder, machine, Date.now())).toEqual(made);
    expect(await servedIdentity(folder, machine, Date.now())).toEqual(made);
    const other = await servedIdentity(folder, { name: 'OTHER', domain: '' }, Date.now());
    expect(other.hostKeys[0]).not.toEqual(made.hostKeys[0]);
  });

  test('damaged ones are refused and stay', async () => {
    const { folder } = twoMachines();
    await servedIdentity(folder, machine, Date.now());
    const file = join(folder, 'identities', 'kms01.json');
    writeFileSync(file, '{"hostKeys":');
    await expect(servedIdentity(folder, machine, Date.now())).rejects.toThrow(/kms01[.]json are damaged/);
    expect(readFileSync(file, 'utf8')).toBe('{"hostKeys":');
    for (const [other, why] of [
      ['/dev/zero', /more than/],
      [join(folder, 'pipe'), /is a pipe/],
    ] as const) {
      rmSync(file);
      if (other.startsWith(folder)) execFileSync('/usr/bin/mkfifo', [other]);
      symlinkSync(other, file);
      await expect(servedIdentity(folder, machine, Date.now())).rejects.toThrow(why);
    }
  });
});
