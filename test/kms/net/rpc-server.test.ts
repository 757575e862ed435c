import { createServer, type Socket } from 'node:net';
import { boundedLog } from '../../../src/kms/net/bounded-log';
import { defaultServerLimits } from '../../../src/kms/net/limits';
import { type Log } from '../../../src/kms/net/log';
import { RpcConnection } from '../../../src/kms/net/rpc-client';
import { RpcServer } from '../../../src/kms/net/rpc-server';
import { ClientAssociation } from '../../../src/kms/wire/client-association';
import { decodePdu } from '../../../src/kms/wire/pdu';
import { encodeRequestStub } from '../../../src/kms/wire/stubs';
import { answerTo, askHost, rawConnection, requestNumber, startServer, stopAll } from './support';

afterEach(stopAll);

const client = new ClientAssociation();
const bindBytes = client.bind();
const ackLength = 60;

function callBytes(callId: number): Buffer {
  return new ClientAssociation().request(callId, 0, encodeRequestStub(requestNumber(callId)));
}

describe('answering', () => {
  test.each(['127.0.0.1', '::1'])('a request gets its answer over %s', async (address) => {
    const { endpoint } = await startServer({}, address);
    const { answer, ipAddress } = await askHost(endpoint, requestNumber(7));
    expect(answer).toEqual(answerTo(requestNumber(7)));
    expect(ipAddress).toBe(address);
  });

  test('one connection carries many calls at once, each answered by its number', async () => {
    const { endpoint } = await startServer();
    const connection = await RpcConnection.open(endpoint);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, number) => connection.call(requestNumber(number))),
    );
    connection.close();
    expect(answers.map((answer) => answer.kind === 'count' && answer.count)).toEqual(
      Array.from({ length: 200 }, (_, number) => number),
    );
  });

  test('what one turn of the event loop brings is one batch, and at most two batches are at work', async () => {
    const sizes: number[] = [];
    let atWork = 0;
    let most = 0;
    const { endpoint } = await startServer({
      handle: async (requests) => {
        atWork += 1;
        most = Math.max(most, atWork);
        sizes.push(requests.length);
        await new Promise((resolve) => setTimeout(resolve, 20));
        atWork -= 1;
        return requests.map(answerTo);
      },
    });
    const connections = await Promise.all(Array.from({ length: 10 }, () => RpcConnection.open(endpoint)));
    await Promise.all(connections.map((connection, number) => connection.call(requestNumber(number))));
    connections.forEach((connection) => connection.close());
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10);
    expect(sizes.length).toBeLessThan(10);
    expect(most).toBeLessThanOrEqual(2);
  });

  test('a batch that cannot be recorded faults its calls; the next is answered', async () => {
    let turn = 0;
    const { endpoint, server } = await startServer({
      handle: (requests) => {
        turn += 1;
        return turn === 1 ? Promise.reject(new Error('disk full')) : Promise.resolve(requests.map(answerTo));
      },
    });
    const connection = await RpcConnection.open(endpoint);
    await expect(connection.call(requestNumber(1))).rejects.toMatchObject({
      failure: 'fault',
      status: 0x1c000012,
    });
    await expect(connection.call(requestNumber(2))).resolves.toMatchObject({ count: 2 });
    connection.close();
    expect(server.status).toMatchObject({ calls: 2, answered: 1, failed: 1 });
  });

  test('a peer that has ended its side still gets the answer to what it sent', async () => {
    const { at } = await startServer();
    const raw = await rawConnection(at.port);
    raw.socket.end(Buffer.concat([bindBytes, callBytes(2)]));
    await raw.ended;
    expect(decodePdu(raw.received.subarray(ackLength))).toMatchObject({ kind: 'response', callId: 2 });
  });

  test('an operation that does not exist and arguments that cannot be read get a fault', async () => {
    const { at } = await startServer();
    const raw = await rawConnection(at.port);
    raw.socket.write(
      Buffer.concat([
        bindBytes,
        client.request(2, 9, Buffer.alloc(0)),
        client.request(3, 0, Buffer.alloc(5)),
      ]),
    );
    const received = await raw.bytes(ackLength + 64);
    expect(decodePdu(received.subarray(ackLength, ackLength + 32))).toMatchObject({
      callId: 2,
      status: 0x1c010002,
    });
    expect(decodePdu(received.subarray(ackLength + 32))).toMatchObject({ callId: 3, status: 0x6f7 });
  });
});

describe('limits', () => {
  test('the default is above 2,000 connections', () => {
    expect(defaultServerLimits.connections).toBeGreaterThan(2000);
  });

  test('2,100 idle connections are kept while another one is served', async () => {
    const { at, endpoint, server } = await startServer();
    for (let opened = 0; opened < 2100; opened += 100) {
      const raws = await Promise.all(Array.from({ length: 100 }, () => rawConnection(at.port)));
      for (const raw of raws) raw.socket.write(bindBytes);
      await Promise.all(raws.map((raw) => raw.bytes(ackLength)));
    }
    await expect(askHost(endpoint, requestNumber(3))).resolves.toMatchObject({ answer: { count: 3 } });
    expect(server.status.connections).toBeGreaterThanOrEqual(2100);
  }, 60_000);

  test('one connection too many is told so, and the address is served again when there is room', async () => {
    const { endpoint } = await startServer({ limits: { connections: 2 } });
    const first = await RpcConnection.open(endpoint);
    const second = await RpcConnection.open(endpoint);
    await expect(RpcConnection.open(endpoint)).rejects.toMatchObject({ failure: 'refused' });
    await expect(first.call(requestNumber(1))).resolves.toMatchObject({ count: 1 });
    first.close();
    second.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(askHost(endpoint, requestNumber(5))).resolves.toMatchObject({ answer: { count: 5 } });
  });

  test('a new connection takes the place of one that has been idle', async () => {
    const { endpoint } = await startServer({ limits: { connections: 1 } });
    const idle = await RpcConnection.open(endpoint);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await expect(askHost(endpoint, requestNumber(5))).resolves.toMatchObject({ answer: { count: 5 } });
    expect(idle.isUsable).toBe(false);
  });

  test('connections that say nothing are never in the way of clients, and are no line each in the log', async () => {
    const told: string[] = [];
    const log: Log = boundedLog((_level, event) => void told.push(event));
    const { at, endpoint, server } = await startServer({ limits: { connections: 32 }, log });
    const bound = await RpcConnection.open(endpoint);
    for (let round = 1; round <= 12; round += 1) {
      await Promise.all(Array.from({ length: 40 }, () => rawConnection(at.port)));
      await expect(askHost(endpoint, requestNumber(round))).resolves.toMatchObject({
        answer: { count: round },
      });
      expect(server.status.connections).toBeLessThanOrEqual(32);
    }
    // One that has bound stays.
    await expect(bound.call(requestNumber(20))).resolves.toMatchObject({ count: 20 });
    expect(told.filter((event) => event === 'connection-limit')).toEqual([]);
  });

  test('peers that never end their side do not take the server beyond its limit', async () => {
    const { at, endpoint, server } = await startServer({ limits: { connections: 8 } });
    const raws = await Promise.all(Array.from({ length: 8 }, () => rawConnection(at.port)));
    for (const raw of raws) raw.socket.write(bindBytes);
    await Promise.all(raws.map((raw) => raw.bytes(ackLength)));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (let asked = 1; asked <= 8; asked += 1) {
      const connection = await RpcConnection.open(endpoint);
      await expect(connection.call(requestNumber(asked))).resolves.toMatchObject({ count: asked });
      expect(server.status.connections).toBeLessThanOrEqual(8);
    }
    await Promise.all(raws.map((raw) => raw.ended));
    for (const raw of raws)
      expect(decodePdu(raw.received.subarray(ackLength))).toMatchObject({ kind: 'shutdown' });
  });
});

test('an event that comes without end is told of so often, and then how often it was not', () => {
  const lines: (readonly [string, unknown])[] = [];
  let now = 0;
  const log = boundedLog(
    (_level, event, fields) => void lines.push([event, fields]),
    () => now,
  );
  for (let count = 0; count < 5000; count += 1) log('warn', 'connection-limit', { count });
  log('info', 'listening');
  expect(lines).toHaveLength(22);
  expect(lines.slice(-2)).toEqual([
    ['log-limited', { event: 'connection-limit' }],
    ['listening', {}],
  ]);
  now = 10_000;
  log('warn', 'connection-limit', { count: 0 });
  expect(lines.at(-1)).toEqual(['connection-limit', { count: 0, suppressed: 4980 }]);
});

describe('timeouts', () => {
  test('a quiet connection is asked to go and ended', async () => {
    const { at } = await startServer({ limits: { idleMs: 200 } });
    const raw = await rawConnection(at.port);
    raw.socket.write(bindBytes);
    await raw.ended;
    expect(decodePdu(raw.received.subarray(ackLength))).toMatchObject({ kind: 'shutdown' });
  });

  test.each([
    ['says nothing', Buffer.alloc(0)],
    ['stops in the middle of its bind', bindBytes.subarray(0, 20)],
    ['stops in the middle of a call', Buffer.concat([bindBytes, callBytes(2).subarray(0, 100)])],
    ['begins a call and never ends it', Buffer.concat([bindBytes, firstFragment()])],
  ])('a peer that %s is dropped', async (_, bytes) => {
    const { at } = await startServer({ limits: { slowMs: 300 } });
    const raw = await rawConnection(at.port);
    raw.socket.write(bytes);
    await raw.ended;
    expect(raw.received.length).toBeLessThanOrEqual(ackLength);
  });

  test('single bytes now and then do not keep a slow peer alive', async () => {
    const { at } = await startServer({ limits: { slowMs: 600 } });
    const raw = await rawConnection(at.port);
    let sent = 0;
    const drip = setInterval(() => {
      raw.socket.write(bindBytes.subarray(sent % 8, (sent % 8) + 1));
      sent += 1;
    }, 100);
    await raw.ended;
    clearInterval(drip);
    expect(sent).toBeLessThan(16);
  });

  test('a peer that takes no answers is paused and dropped; the others are served', async () => {
    const { at, endpoint, server } = await startServer({ limits: { stuckMs: 400, unsentBytes: 1000 } });
    const raw = await rawConnection(at.port);
    raw.socket.pause();
    raw.socket.write(bindBytes);
    const many = Buffer.concat(Array.from({ length: 500 }, (_, index) => callBytes(index + 2)));
    const flood = setInterval(() => {
      if (raw.socket.writableLength < 4_000_000) raw.socket.write(many);
    }, 5);
    const began = Date.now();
    while (server.status.connections > 0 && Date.now() - began < 40_000) {
      await expect(askHost(endpoint, requestNumber(3))).resolves.toMatchObject({ answer: { count: 3 } });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    clearInterval(flood);
    expect(server.status.connections).toBe(0);
  }, 60_000);
});

describe('hostile peers', () => {
  test('random bytes, oversized and endless fragments do not disturb the others', async () => {
    const { at, endpoint } = await startServer();
    const oversized = Buffer.from('0500000310000000ffff000002000000', 'hex');
    const endless = Buffer.concat([firstFragment(), ...Array.from({ length: 200 }, () => middleFragment())]);
    const inputs = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('ff'.repeat(5000), 'hex'),
      Buffer.concat([bindBytes, oversized]),
      Buffer.concat([bindBytes, endless]),
      Buffer.concat([bindBytes, bindBytes]),
    ];
    const good = await RpcConnection.open(endpoint);
    for (const [index, bytes] of inputs.entries()) {
      const raw = await rawConnection(at.port);
      raw.socket.write(bytes);
      await raw.ended;
      await expect(good.call(requestNumber(index))).resolves.toMatchObject({ count: index });
    }
    good.close();
  });

  test('a connection that is reset in the middle of a call is forgotten', async () => {
    const { at, endpoint, server } = await startServer();
    const raw = await rawConnection(at.port);
    raw.socket.write(Buffer.concat([bindBytes, callBytes(2)]));
    raw.socket.resetAndDestroy();
    await expect(askHost(endpoint, requestNumber(1))).resolves.toMatchObject({ answer: { count: 1 } });
    const began = Date.now();
    while (server.status.connections > 0 && Date.now() - began < 20_000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(server.status.connections).toBe(0);
  });
});

describe('stopping', () => {
  test('what is in flight is answered, then the clients are asked to go and the port is free', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server, endpoint } = await startServer({
      handle: async (requests) => {
        await gate;
        return requests.map(answerTo);
      },
    });
    const connection = await RpcConnection.open(endpoint);
    const idle = await RpcConnection.open(endpoint);
    const call = connection.call(requestNumber(9));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = server.stop();
    await expect(RpcConnection.open(endpoint)).rejects.toMatchObject({ failure: 'closed' });
    release();
    await expect(call).resolves.toMatchObject({ count: 9 });
    await stopped;
    expect(idle.isUsable).toBe(false);
    const again = new RpcServer({ handle: (requests) => Promise.resolve(requests.map(answerTo)) });
    await expect(again.listen({ address: endpoint.host, port: endpoint.port })).resolves.toEqual({
      address: endpoint.host,
      port: endpoint.port,
    });
    await again.stop();
  });

  test('a call that has arrived and that nobody has read yet is in flight as well', async () => {
    const { server, endpoint } = await startServer();
    const connection = await RpcConnection.open(endpoint);
    await connection.call(requestNumber(1));
    const call = connection.call(requestNumber(2));
    const stopped = server.stop();
    await expect(call).resolves.toMatchObject({ count: 2 });
    await stopped;
  });

  test('a call that is never answered does not keep the server from stopping', async () => {
    const { server, endpoint } = await startServer({ handle: () => new Promise(() => undefined) });
    const connection = await RpcConnection.open(endpoint);
    const failure = connection.call(requestNumber(9)).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.stop(100);
    expect(await failure).toMatchObject({ failure: 'lost' });
  });

  test('a port that is taken is a clear error', async () => {
    const taken = createServer((socket: Socket) => socket.destroy());
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = (taken.address() as { port: number }).port;
    const server = new RpcServer({ handle: () => Promise.resolve([]) });
    await expect(server.listen({ address: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => taken.close(resolve));
  });
});

function firstFragment(): Buffer {
  const bytes = client.request(5, 0, Buffer.alloc(8));
  bytes[3] = 1;
  return bytes;
}

function middleFragment(): Buffer {
  const bytes = client.request(5, 0, Buffer.alloc(400));
  bytes[3] = 0;
  return bytes;
}
