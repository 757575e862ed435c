import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { checkEnd } from './ends';
import { hostileFile, hostileText, hostileWord, stormRuns } from './hostile';
import { InProcess } from './in-process';

const program = new InProcess();
const archive = join(program.files, 'estate.json');
const hostile = join(program.files, 'hostile');

const runs = Math.ceil(stormRuns / 5);
const limits = { numRuns: runs, interruptAfterTimeLimit: 60_000 + runs * 4000, endOnFailure: true };
const generous = limits.interruptAfterTimeLimit + 120_000;

/** A peer of TCP and UDP on loopback that answers each with what the test says, or hangs up. */
class Peer {
  port = 0;
  says = Buffer.alloc(0);
  readonly #sockets = new Set<Socket>();
  readonly #tcp: Server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', () => socket.end(this.says));
  });
  readonly #udp: DatagramSocket = createSocket('udp4');

  async open(): Promise<void> {
    await new Promise<void>((done) => this.#tcp.listen(0, '127.0.0.1', done));
    this.port = (this.#tcp.address() as AddressInfo).port;
    this.#udp.on('error', () => undefined);
    this.#udp.on('message', (question, from) => {
      // The question's own number in front: without it nobody reads on.
      const answer = Buffer.concat([question.subarray(0, 2), this.says.subarray(0, 1400)]);
      this.#udp.send(answer, from.port, from.address);
    });
    await new Promise<void>((done) => this.#udp.bind(this.port, '127.0.0.1', done));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#tcp.close();
    this.#udp.close();
  }
}

const peer = new Peer();

beforeAll(async () => {
  await peer.open();
  await program.ok('lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
  await program.ok('lab', 'export', archive);
}, 120_000);
afterAll(() => {
  peer.close();
  program.remove();
});

const estate = (): Promise<string> => program.ok('lab', 'export', '-');
const answer = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  hostileText.map((text) => Buffer.from(text)),
  fc.constant(Buffer.alloc(0)),
  // The heads of answers that go on: DCE/RPC's bind acknowledgement, its fault, a response, a message of DNS.
  fc
    .tuple(fc.constantFrom('05000c03', '05000303', '05000203', '85800001'), fc.uint8Array({ maxLength: 300 }))
    .map(([head, bytes]) => Buffer.concat([Buffer.from(head, 'hex'), bytes])),
);

/** Places on loopback alone: what a word says of a port, a user or a machine, but never of a host elsewhere. */
const machine = fc.oneof(
  hostileWord.map((word) => `lab://${word}`),
  hostileWord.map((word) => `ssh://${word.replaceAll(/[@/]/g, '')}@127.0.0.1:1`),
  hostileWord.map((word) => `winrm://a@127.0.0.1:${word.replaceAll(/[@]/g, '')}`),
  fc.constantFrom('PC', 'KMS01', 'local').map((name) => name),
  fc.constantFrom('ssh', 'winrm').map((scheme) => `${scheme}://a@127.0.0.1:@PORT`),
);

describe('commands that speak to a network', () => {
  test.each(['ssh', 'winrm', 'winrms'])(
    'check-connection, check and a verb by %s of a peer that answers anything',
    async (scheme) => {
      await fc.assert(
        fc.asyncProperty(answer, fc.boolean(), async (says, asJson) => {
          peer.says = says;
          const to = `${scheme}://a@127.0.0.1:${peer.port}`;
          const options = ['--timeout=3s', ...(asJson ? ['--json'] : [])];
          for (const words of [
            ['check-connection', to],
            ['check', to],
            [to, '/upk'],
          ]) {
            const ran = await program.run([...words, ...options], '', { SLMGR_PASSWORD: 'x' });
            checkEnd(ran);
            expect(ran.status).not.toBe(0);
          }
        }),
        { ...limits, numRuns: Math.ceil(runs / 2) },
      );
    },
    generous,
  );

  test(
    'check-connection of hostile machines',
    async () => {
      await fc.assert(
        fc.asyncProperty(machine, fc.boolean(), async (name, asJson) => {
          peer.says = Buffer.from('SSH-2.0-x\r\n');
          const words = ['check-connection', name.replace('@PORT', String(peer.port)), '--timeout=3s'];
          checkEnd(await program.run([...words, ...(asJson ? ['--json'] : [])], '', { SLMGR_PASSWORD: 'x' }));
        }),
        limits,
      );
    },
    generous,
  );

  test(
    'discover asks a name server that answers anything',
    async () => {
      await fc.assert(
        fc.asyncProperty(answer, hostileWord, fc.boolean(), async (says, word, named) => {
          peer.says = says;
          const domain = named ? [word] : ['lab.example'];
          checkEnd(await program.run(['discover', `--server=127.0.0.1:${peer.port}`, '--', ...domain]));
        }),
        limits,
      );
    },
    generous,
  );

  test(
    'kms client and kms load of a host that answers anything',
    async () => {
      await fc.assert(
        fc.asyncProperty(answer, hostileWord, async (says, word) => {
          peer.says = says;
          await program.ok('lab', 'import', archive, '--force');
          await program.ok('PC', '/skms', `127.0.0.1:${peer.port}`);
          const load = ['--duration=200ms', '--clients=2', '--rate=20'];
          for (const words of [
            ['kms', 'client', 'PC', '--once'],
            ['kms', 'client', '--once', '--', word],
            ['kms', 'load', `127.0.0.1:${peer.port}`, ...load],
            ['kms', 'load', ...load, '--', `127.0.0.1:${word}`],
            ['kms', 'load', 'KMS01', ...load, `--product=${word}`],
            ['kms', 'status', '--', word],
            ['kms', 'dns-record', '--', word],
          ])
            checkEnd(await program.run(words));
        }),
        limits,
      );
    },
    generous,
  );

  test(
    'a TSIG key that is none, when it is given and when it is used',
    async () => {
      const secret = Buffer.alloc(32).toString('base64');
      const key = `key "k.example" { algorithm hmac-sha256; secret "${secret}"; };`;
      const server = `--server=127.0.0.1:${peer.port}`;
      await fc.assert(
        fc.asyncProperty(hostileFile(key), hostileWord, answer, async (content, word, says) => {
          peer.says = says;
          await program.ok('lab', 'import', archive, '--force');
          writeFileSync(hostile, content, { mode: 0o600 });
          for (const file of [hostile, word]) {
            const before = await estate();
            const ran = await program.run(['lab', 'dns', server, `--key=${file}`]);
            checkEnd(ran);
            if (ran.status !== 0) expect(await estate()).toBe(before);
          }
          writeFileSync(hostile, key, { mode: 0o600 });
          await program.ok('lab', 'dns', server, '--key', hostile);
          writeFileSync(hostile, content, { mode: 0o600 });
          checkEnd(await program.run(['KMS01', '/sdns']));
          checkEnd(await program.run(['kms', 'unpublish', 'KMS01']));
        }),
        { ...limits, numRuns: Math.ceil(runs / 2) },
      );
    },
    generous,
  );
});
