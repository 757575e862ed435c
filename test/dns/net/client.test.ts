import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { createDnsClient, type DnsClientOptions } from '../../../src/dns/net/client';
import { decodeMessage, encodeMessage, makeQuery, type DnsMessage } from '../../../src/dns/message';
import { rcode, recordClass, recordType } from '../../../src/dns/protocol';
import { type DnsServerAddress } from '../../../src/dns/server-address';
import { signMessage } from '../../../src/dns/tsig';
import { TsigKey } from '../../../src/dns/tsig-key';
import { makeUpdate } from '../../../src/dns/update';
import { freePort } from '../../fixtures/ports';

type OnDatagram = (request: DnsMessage, reply: (bytes: Buffer) => void, from: RemoteInfo) => void;
type OnConnection = (socket: Socket) => void;

/** A name server that does what a test says, on loopback. */
class FakeServer {
  readonly server: DnsServerAddress;
  readonly received: { readonly over: 'udp' | 'tcp'; readonly message: DnsMessage; readonly port: number }[] =
    [];
  readonly #udp: UdpSocket | null;
  readonly #tcp: Server | null;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number, udp: UdpSocket | null, tcp: Server | null) {
    this.server = { address: '127.0.0.1', port };
    this.#udp = udp;
    this.#tcp = tcp;
  }

  static async start(onDatagram: OnDatagram | null, onConnection: OnConnection | null): Promise<FakeServer> {
    const port = await freePort();
    const udp = onDatagram === null ? null : createSocket('udp4');
    const tcp = onConnection === null ? null : createServer(onConnection);
    const fake = new FakeServer(port, udp, tcp);
    udp?.on('message', (bytes, from) => {
      const message = decodeMessage(bytes);
      fake.received.push({ over: 'udp', message, port: from.port });
      onDatagram?.(message, (reply) => udp.send(reply, from.port, from.address), from);
    });
    tcp?.on('connection', (socket) => {
      fake.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', (bytes: Buffer) => {
        fake.received.push({
          over: 'tcp',
          message: decodeMessage(bytes.subarray(2)),
          port: socket.remotePort ?? 0,
        });
      });
    });
    if (udp !== null) await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
    if (tcp !== null) await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve));
    return fake;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const { promise: udpClosed, resolve: onUdp } = deferred();
    const { promise: tcpClosed, resolve: onTcp } = deferred();
    if (this.#udp === null) onUdp();
    else this.#udp.close(onUdp);
    if (this.#tcp === null) onTcp();
    else this.#tcp.close(onTcp);
    await Promise.all([udpClosed, tcpClosed]);
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

const query = makeQuery('_vlmcs._tcp.corp.example', recordType.SRV);
const update = makeUpdate({
  zone: 'corp.example',
  changes: [{ kind: 'delete-name', name: 'x.corp.example' }],
});

function reply(request: DnsMessage, change: Partial<DnsMessage> = {}): Buffer {
  return encodeMessage({ ...request, isResponse: true, ...change });
}

const framed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Answers each TCP request with what a test makes of it. */
const onTcpRequest =
  (answer: (request: Buffer, socket: Socket) => void): OnConnection =>
  (socket) => {
    socket.once('data', (bytes: Buffer) => answer(bytes.subarray(2), socket));
  };

describe('the DNS client', () => {
  const running: FakeServer[] = [];
  const start = async (
    onDatagram: OnDatagram | null,
    onConnection: OnConnection | null = null,
  ): Promise<FakeServer> => {
    const fake = await FakeServer.start(onDatagram, onConnection);
    running.push(fake);
    return fake;
  };
  const client = (
    servers: readonly FakeServer[],
    options: Partial<DnsClientOptions> = {},
  ): ReturnType<typeof createDnsClient> =>
    createDnsClient({ servers: servers.map(({ server }) => server), timeoutsMs: [150, 150], ...options });

  /** For servers that answer: a busy machine takes longer than one that is waited for in vain may. */
  const patient: Partial<DnsClientOptions> = { timeoutsMs: [20_000] };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((fake) => fake.close()));
  });

  test('every request has an ID and a port of its own', async () => {
    const fake = await start((request, send) => send(reply(request)));
    const dns = client([fake], patient);
    for (let round = 0; round < 12; round += 1) await dns.exchange(query);
    expect(new Set(fake.received.map(({ message }) => message.id)).size).toBeGreaterThan(8);
    expect(new Set(fake.received.map(({ port }) => port)).size).toBeGreaterThan(4);
  });

  test('what does not answer the request is passed over until the answer comes', async () => {
    const fake = await start((request, send) => {
      send(Buffer.from('noise'));
      send(reply(request, { id: request.id ^ 1 }));
      send(reply(request, { isResponse: false }));
      send(reply(request, { questions: [{ name: 'evil.example', type: 33, class: 1 }] }));
      send(reply(request, { rcode: rcode.NXDOMAIN }));
    });
    const answer = await client([fake], patient).exchange(query);
    expect(answer.message.rcode).toBe(rcode.NXDOMAIN);
  });

  test('an answer from another port is not taken', async () => {
    const other = createSocket('udp4');
    const fake = await start((request, _, from) => other.send(reply(request), from.port, from.address));
    await expect(client([fake]).exchange(query)).rejects.toMatchObject({
      step: 'connection',
      hresult: 0x8007232a,
    });
    other.close();
  });

  test('a flood of stray datagrams ends the attempt', async () => {
    const fake = await start((_, send) => {
      for (let count = 0; count < 80; count += 1) send(Buffer.from('noise'));
    });
    await expect(client([fake], { timeoutsMs: [5000] }).exchange(query)).rejects.toThrow(
      /none of 64 datagrams/,
    );
  });

  test('a silent server is asked again in each round, then it is a DNS server failure', async () => {
    const fake = await start(() => undefined);
    const asking = client([fake], { timeoutsMs: [50, 60, 70] }).exchange(query);
    await expect(asking).rejects.toMatchObject({ name: 'DnsError', step: 'connection', hresult: 0x8007232a });
    await expect(asking).rejects.toThrow(
      `127.0.0.1:${fake.server.port} does not answer (no answer over UDP in 70 ms)`,
    );
    expect(fake.received).toHaveLength(3);
  });

  test('a lost datagram is made good by the next round', async () => {
    let count = 0;
    const fake = await start((request, send) => {
      count += 1;
      if (count > 1) send(reply(request));
    });
    await expect(client([fake]).exchange(query)).resolves.toMatchObject({ server: fake.server });
  });

  test('the next server is asked where one is silent, closed, or cannot help', async () => {
    const silent = await start(() => undefined);
    const failing = await start((request, send) => send(reply(request, { rcode: rcode.SERVFAIL })));
    const good = await start((request, send) => send(reply(request)));
    const closed = { address: '127.0.0.1', port: await freePort() };
    const servers = [silent.server, closed, failing.server, good.server];
    const answer = await createDnsClient({ servers, timeoutsMs: [100] }).exchange(query);
    expect(answer.server).toEqual(good.server);
  });

  test('where no server can help, the first refusal is the answer', async () => {
    const refusing = await start((request, send) => send(reply(request, { rcode: rcode.REFUSED })));
    const failing = await start((request, send) => send(reply(request, { rcode: rcode.SERVFAIL })));
    const answer = await client([refusing, failing], patient).exchange(query);
    expect(answer.message.rcode).toBe(rcode.REFUSED);
    expect(refusing.received).toHaveLength(1);
  });

  test('a closed port is told at once and without retries', async () => {
    const servers = [{ address: '127.0.0.1', port: await freePort() }];
    const asking = createDnsClient({ servers, timeoutsMs: [20_000] }).exchange(query);
    await expect(asking).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
  });

  test('no server at all is 0x8007267C', async () => {
    await expect(createDnsClient({ servers: [] }).exchange(query)).rejects.toMatchObject({
      step: 'configuration',
      hresult: 0x8007267c,
    });
  });

  test('a truncated answer is asked again over TCP, which may come in single octets', async () => {
    const answers = Array.from({ length: 30 }, (_, index) => ({
      name: '_vlmcs._tcp.corp.example',
      type: recordType.SRV,
      class: recordClass.IN,
      ttl: 60,
      data: {
        kind: 'srv',
        priority: index,
        weight: 0,
        port: 1688,
        target: `kms${index}.corp.example`,
      } as const,
    }));
    const fake = await start(
      (request, send) => send(reply(request, { truncated: true })),
      onTcpRequest((request, socket) => {
        socket.setNoDelay(true);
        for (const octet of framed(reply(decodeMessage(request), { answers })).subarray(0, 40))
          socket.write(Buffer.from([octet]));
        socket.write(framed(reply(decodeMessage(request), { answers })).subarray(40));
      }),
    );
    const answer = await client([fake], patient).exchange(query);
    expect(answer.message.answers).toHaveLength(30);
    expect(fake.received.map(({ over }) => over)).toEqual(['udp', 'tcp']);
  });

  test.each<[string, (request: Buffer, socket: Socket) => void, RegExp, number]>([
    ['hangs up', (_, socket) => socket.destroy(), /ended before a whole answer|ECONNRESET/, 0x8007232a],
    [
      'answers half',
      (request, socket) => socket.end(framed(request).subarray(0, 9)),
      /ended before a whole answer/,
      0x8007232a,
    ],
    [
      'sends noise',
      (_, socket) => socket.write(framed(Buffer.from('no DNS message here'))),
      /no DNS message/,
      0x8007251e,
    ],
    [
      'answers another question',
      (request, socket) =>
        socket.write(framed(reply(decodeMessage(request), { id: 1 + (decodeMessage(request).id ^ 2) }))),
      /does not fit the question/,
      0x8007251e,
    ],
    ['is silent', () => undefined, /no answer over TCP in 150 ms/, 0x8007232a],
  ])('a server that %s over TCP is an error that says so', async (_, behaviour, words, hresult) => {
    const fake = await start(
      (request, send) => send(reply(request, { truncated: true })),
      onTcpRequest(behaviour),
    );
    const asking = client([fake]).exchange(query);
    await expect(asking).rejects.toThrow(words);
    await expect(asking).rejects.toMatchObject({ hresult });
  });

  test('updates go over TCP, and over UDP where TCP is refused', async () => {
    const both = await start(
      (request, send) => send(reply(request)),
      onTcpRequest((request, socket) =>
        socket.write(framed(reply(decodeMessage(request), { questions: [], authorities: [] }))),
      ),
    );
    await client([both], patient).exchange(update);
    expect(both.received.map(({ over }) => over)).toEqual(['tcp']);
    const udpOnly = await start((request, send) => send(reply(request, { authorities: [] })));
    await client([udpOnly], patient).exchange(update);
    expect(udpOnly.received.map(({ over }) => over)).toEqual(['udp']);
  });

  test('a refused update is an answer and is not sent to another server', async () => {
    const refusing = await start((request, send) => send(reply(request, { rcode: rcode.REFUSED })));
    const other = await start((request, send) => send(reply(request)));
    const answer = await client([refusing, other], patient).exchange(update);
    expect(answer.message.rcode).toBe(rcode.REFUSED);
    expect(other.received).toEqual([]);
  });

  test('a request that no datagram may hold goes over TCP at once', async () => {
    const long = {
      ...query,
      answers: [
        { name: '.', type: 99, class: 1, ttl: 0, data: { kind: 'raw', bytes: Buffer.alloc(600) } as const },
      ],
    };
    const fake = await start(
      () => undefined,
      onTcpRequest((request, socket) => socket.write(framed(reply(decodeMessage(request))))),
    );
    await client([fake], patient).exchange(long);
    expect(fake.received.map(({ over }) => over)).toEqual(['tcp']);
  });

  test('an abort ends the request', async () => {
    const fake = await start(() => undefined);
    const abort = new AbortController();
    const asking = client([fake], { timeoutsMs: [20_000], signal: abort.signal }).exchange(query);
    setTimeout(() => abort.abort(), 20);
    await expect(asking).rejects.toThrow(/cancelled/);
    await expect(
      client([fake], { timeoutsMs: [20_000], signal: abort.signal }).exchange(update),
    ).rejects.toThrow(/cancelled/);
  });

  describe('with a key', () => {
    const key = new TsigKey('kms-key', 'hmac-sha256', Buffer.from('a secret of the lab'));
    const clock = (): number => 1_800_000_000_000;
    const signed = (request: DnsMessage): Buffer => {
      const tsig = request.additionals.at(-1)?.data;
      if (tsig?.kind !== 'tsig') throw new Error('the request is not signed');
      const bytes = reply({ ...request, additionals: [] }, { authorities: [] });
      return signMessage(bytes, { key, time: clock() / 1000, requestMac: tsig.mac }).bytes;
    };

    test('over UDP an unsigned or wrongly signed answer is passed over, the signed one is taken', async () => {
      const fake = await start((request, send) => {
        send(reply(request, { additionals: [] }));
        send(signMessage(reply(request, { additionals: [] }), { key, time: 1 }).bytes);
        send(signed(request));
      });
      const answer = await client([fake], { clock, ...patient }).exchange(update, { key });
      expect(answer.message.additionals).toEqual([]);
    });

    test('over TCP an unsigned answer is an error at once', async () => {
      const fake = await start(
        null,
        onTcpRequest((request, socket) =>
          socket.write(framed(reply(decodeMessage(request), { additionals: [] }))),
        ),
      );
      const asking = client([fake], { clock, timeoutsMs: [20_000] }).exchange(update, { key });
      await expect(asking).rejects.toMatchObject({ step: 'signature', hresult: 0x80072521 });
      await expect(asking).rejects.toThrow(/answered without a signature.*\(key kms-key\)/);
    });

    test('over UDP BADKEY of a server ends the attempt', async () => {
      const fake = await start((request, send) => {
        const bytes = reply(request, { additionals: [], rcode: rcode.NOTAUTH });
        const withError = decodeMessage(signMessage(bytes, { key, time: 1, error: 17 }).bytes);
        const additionals = withError.additionals.map((record) =>
          record.data.kind === 'tsig'
            ? { ...record, data: { ...record.data, mac: Buffer.alloc(0) } }
            : record,
        );
        send(encodeMessage({ ...withError, additionals }));
      });
      const asking = client([fake], { clock, timeoutsMs: [20_000] }).exchange(update, { key });
      await expect(asking).rejects.toMatchObject({ step: 'signature', hresult: 0x80072339 });
    });
  });
});
