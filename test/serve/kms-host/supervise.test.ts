import { type ChildProcess, spawn } from 'node:child_process';
import { respawnStatus, superviseHosts } from '../../../src/serve/kms-host/supervise';

/** A child that runs a line of JavaScript. */
function child(code: string): ChildProcess {
  return spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
}

const waits = 'setInterval(() => undefined, 1000); process.on("SIGTERM", () => process.exit(0))';
const never = new Promise<void>(() => undefined);

test('a child that wants to be started anew is, and one that ends well ends', async () => {
  let starts = 0;
  const status = await superviseHosts(['KMS01'], {
    spawn: () => {
      starts += 1;
      return child(`process.exitCode = ${starts < 3 ? respawnStatus : 0}`);
    },
    err: () => undefined,
    interrupted: never,
  });
  expect(status).toBe(0);
  expect(starts).toBe(3);
});

test('a refusal of one ends them all with status 1', async () => {
  const status = await superviseHosts(['KMS01', 'KMS02'], {
    spawn: (_, index) => child(index === 0 ? waits : 'setTimeout(() => process.exit(1), 200)'),
    err: () => undefined,
    interrupted: never,
  });
  expect(status).toBe(1);
});

test('a child that dies is started again, and said so', async () => {
  const told: string[] = [];
  let starts = 0;
  const status = await superviseHosts(['KMS01'], {
    spawn: () => {
      starts += 1;
      return child(starts === 1 ? 'process.kill(process.pid, "SIGKILL")' : '');
    },
    err: (line) => told.push(line),
    interrupted: never,
  });
  expect(status).toBe(0);
  expect(told).toEqual(['The process that served KMS01 ended (SIGKILL); it is started again.\n']);
});

test('a child that served and then finds its port taken for a moment is tried again', async () => {
  let starts = 0;
  const status = await superviseHosts(['KMS01'], {
    spawn: () => {
      starts += 1;
      const lives = ['process.kill(process.pid, "SIGKILL")', 'process.exit(1)', ''];
      return child(lives[starts - 1] ?? '');
    },
    err: () => undefined,
    interrupted: never,
  });
  expect(status).toBe(0);
  expect(starts).toBe(3);
});

test('an interruption asks every child to finish', async () => {
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const running = superviseHosts(['KMS01', 'KMS02'], {
    spawn: () => child(waits),
    err: () => undefined,
    interrupted,
  });
  setTimeout(interrupt, 400);
  await expect(running).resolves.toBe(0);
});

test('a child that an interruption ends before it could listen is not said to be started again', async () => {
  const told: string[] = [];
  const status = await superviseHosts(['KMS01'], {
    spawn: () => child('setInterval(() => undefined, 1000)'),
    err: (line) => told.push(line),
    interrupted: new Promise((resolve) => setTimeout(resolve, 300)),
  });
  expect(status).toBe(0);
  expect(told).toEqual([]);
});
