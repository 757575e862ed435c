import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { createSshTarget } from '../../src/serve/windows/ssh';
import { generateHostKey } from '../../src/serve/windows/ssh/host-keys';
import { createWinrmTarget } from '../../src/serve/windows/winrm';
import { listen, type Listening } from '../../src/serve/windows/listen';
import { makeDouble, type Double } from '../conformance/double';
import { doublePassword, doubleUser, servedDouble } from '../fixtures/served-double';
import { checkEnd } from './ends';
import { farMachine, goodLines } from './far-machine';
import { hostileWord, stormRuns } from './hostile';
import { InProcess, type Ran } from './in-process';
import { reading, withOwnTexts } from './run-far';

const runs = Math.ceil(stormRuns / 2);
const limits = { numRuns: runs, interruptAfterTimeLimit: 60_000 + runs * 2000, endOnFailure: true };
const generous = limits.interruptAfterTimeLimit + 120_000;

/** A way of bytes to a server whose first connection ends after so many of the server's bytes. */
class Cutter {
  #left = Infinity;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
          this.#sockets.delete(socket);
        });
      }
      near.pipe(far);
      far.on('data', (bytes: Buffer) => {
        const whole = bytes.length <= this.#left;
        near.write(whole ? bytes : bytes.subarray(0, this.#left));
        this.#left -= bytes.length;
        if (whole) return;
        this.#left = Infinity;
        near.end();
      });
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return (this.#server.address() as AddressInfo).port;
  }

  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Verbs for which slmgr refuses a machine that is named. */
const onlyHere = /^\/(ad-|ao-|del-ao)/;

describe.each(['ssh', 'winrm'] as const)('all verbs over real %s', (via) => {
  const program = new InProcess();
  let double: Double;
  let served: Listening;
  let cutter: Cutter;
  let way: readonly string[] = [];

  beforeAll(async () => {
    const machine = servedDouble(() => double.provider);
    const server =
      via === 'ssh'
        ? createSshTarget(machine, [generateHostKey('ed25519', 'double').privateKey])
        : createWinrmTarget(machine, null);
    served = await listen(server, '127.0.0.1', 0);
    cutter = new Cutter(served.port);
    const trust = via === 'ssh' ? ['--accept-new', `--known-hosts=${join(program.files, 'known')}`] : [];
    way = [`${via}://${doubleUser}@127.0.0.1:${await cutter.listen()}`, ...trust, '--timeout=15s'];
  }, 60_000);
  afterAll(async () => {
    cutter.close();
    await served.close();
    program.remove();
  });

  async function run(
    words: readonly string[],
    cut = Infinity,
    options: readonly string[] = [],
  ): Promise<Ran & { readonly done: readonly string[] }> {
    double = withOwnTexts(makeDouble(farMachine(words)));
    cutter.cutAfter(cut);
    const [machine = '', ...trust] = way;
    const [verb = '', ...rest] = words;
    const argv = [machine, verb, ...trust, ...options, '--', ...rest];
    const ran = await program.run(argv, '', { SLMGR_PASSWORD: doublePassword });
    const done = double.calls.filter((call) => !reading.test(call));
    checkEnd(ran);
    expect(done).toEqual([...new Set(done)]);
    return { ...ran, done };
  }

  const lines = goodLines.filter(([verb = '']) => !onlyHere.test(verb) && verb !== '/ilc');

  test(
    'with hostile words',
    async () => {
      const options = fc.constantFrom<readonly string[]>([], ['--json'], ['--dry-run']);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...goodLines),
          fc.array(hostileWord, { maxLength: 3 }),
          options,
          async ([verb = ''], words, more) => {
            const ran = await run([verb, ...words], Infinity, more);
            if (more.includes('--dry-run') || ran.status === 1) expect(ran.done).toEqual([]);
            if (more.includes('--json')) expect(() => JSON.parse(ran.out) as unknown).not.toThrow();
          },
        ),
        limits,
      );
    },
    generous,
  );

  test(
    'on a connection that is cut in the middle: no change twice, and success only of what was all done',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...lines),
          fc.oneof(fc.nat({ max: 6000 }), fc.nat({ max: 40_000 })),
          async (words, bytes) => {
            const ran = await run(words, bytes);
            const whole = await run(words);
            expect(whole.status).toBe(0);
            expect(whole.done).toEqual(expect.arrayContaining([...ran.done]));
            if (ran.status === 0) expect(ran.done).toEqual(whole.done);
          },
        ),
        limits,
      );
    },
    generous,
  );
});
