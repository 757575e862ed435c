import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundles } from '../../../src/cli/bundles';
import type { Console } from '../../../src/cli/console';
import { conduct } from '../../../src/cli/runs/conduct';
import { runSettings } from '../../../src/cli/runs/run-options';
import type { MachineResult } from '../../../src/fleet/runs/outcome';

const home = mkdtempSync(join(tmpdir(), 'slmgr-interrupts-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => jest.restoreAllMocks());

test('Ctrl+C a third time ends the process at once, while a machine still hangs', async () => {
  let interrupt: (signal: 'SIGINT') => void = () => undefined;
  let listens = true;
  let err = '';
  const console: Console = {
    out: () => undefined,
    err: (text) => {
      err += text;
    },
    progress: () => undefined,
    openScreen: () => null,
    unwritten: () => Promise.resolve({ out: null, err: null }),
    outIsTerminal: false,
    errIsTerminal: false,
    width: 80,
    env: { SLMGR_HOME: home },
    platform: 'linux',
    home,
    now: Date.now,
    sleep: () => Promise.resolve(),
    readInput: () => Promise.resolve(''),
    interrupted: () => Promise.resolve(),
    onInterrupt: (callback) => {
      interrupt = callback;
      return () => {
        listens = false;
      };
    },
  };
  const ended = jest.spyOn(process, 'kill').mockReturnValue(true);
  const results: MachineResult[] = [];
  let hangs: () => void = () => undefined;
  const isHanging = new Promise<void>((resolve) => {
    hangs = resolve;
  });
  const target = { kind: 'windows', via: 'ssh', source: 'line', jump: null, site: null } as const;
  const run = conduct(
    {
      verb: 'dli',
      line: 'a,b /dli',
      changes: false,
      targets: [
        { name: 'a', ...target },
        { name: 'b', ...target },
      ],
      groupsOf: () => [],
      attempt: () => {
        hangs();
        return new Promise(() => undefined);
      },
    },
    { ...runSettings({}, () => undefined), concurrency: 1 },
    { begun: () => undefined, ended: (result) => results.push(result), progress: () => undefined },
    { console, parts: bundles },
  );
  await isHanging;
  interrupt('SIGINT');
  expect(err).toContain('Ctrl+C again breaks them off');
  interrupt('SIGINT');
  expect([ended.mock.calls.length, listens]).toEqual([0, true]);
  interrupt('SIGINT');
  // Nobody listens any more, so that the signal does what it does by itself.
  expect([ended.mock.calls, listens]).toEqual([[[process.pid, 'SIGINT']], false]);
  // Where the process went on, the run would come to its end nevertheless: each machine has one outcome.
  expect((await run).exitCode).toBe(130);
  expect(results.map(({ machine, outcome }) => `${machine} ${outcome}`).sort()).toEqual([
    'a unreachable',
    'b not-run',
  ]);
});
