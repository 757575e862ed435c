import { createServer, type Server, type Socket } from 'node:net';
import { createKmsProbe } from '../../../src/kms/net/probe';
import { RpcConnection } from '../../../src/kms/net/rpc-client';
import { isRpcError, rpcErrorHresult } from '../../../src/kms/net/rpc-error';
import { endpointText, parseEndpoint } from '../../../src/kms/net/endpoint';
import { ServerAssociation } from '../../../src/kms/wire/server-association';
import { askHost, requestNumber, startServer, stopAll } from './support';

const servers: Server[] = [];

/** A server that does with each connection what the test says; its endpoint. */
async function fakeServer(behave: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

/** An RPC server of another interface, as a genuine KMS host is one. */
function strangerRpc(socket: Socket): void {
  const association = new ServerAssociation({
    secondaryAddress: '1688',
    associationGroup: 1,
    offered: { uuid: '12345678-1234-4234-8234-123456789abc', major: 1, minor: 0 },
  });
  socket.on('data', (chunk) => {
    for (const action of association.receive(chunk)) if (action.kind === 'send') socket.write(action.bytes);
  });
}

/** Binds as asked and then does something else with the call. */
function afterBind(behave: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    const association = new ServerAssociation({ secondaryAddress: '1', associationGroup: 1 });
    socket.on('data', (chunk) => {
      for (const action of association.receive(chunk)) {
        if (action.kind === 'send') socket.write(action.bytes);
        else behave(socket);
      }
    });
  };
}

async function closedPort(): Promise<{ host: string; port: number }> {
  const endpoint = await fakeServer(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return endpoint;
}

afterEach(async () => {
  await stopAll();
  for (const server of servers.splice(0)) server.close();
});

const failing = [
  ['nobody listens', 'closed', '0x800706ba', closedPort],
  ['the server says nothing', 'timeout', '0x800706ba', () => fakeServer(() => undefined)],
  [
    'the server speaks HTTP',
    'not-rpc',
    '0x800706c0',
    () => fakeServer((socket) => socket.end('HTTP/1.1 400\r\n')),
  ],
  ['the server hangs up', 'hung-up', '0x800706ba', () => fakeServer((socket) => socket.end())],
  [
    'the server resets the connection at the bind',
    'hung-up',
    '0x800706ba',
    () => fakeServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
  ],
  ['the server offers other interfaces', 'refused', '0x800706b5', () => fakeServer(strangerRpc)],
  [
    'the server dies in the call',
    'lost',
    '0x800706be',
    () => fakeServer(afterBind((socket) => socket.destroy())),
  ],
  ['the call is never answered', 'timeout', '0x800706ba', () => fakeServer(afterBind(() => undefined))],
  [
    'the call is answered with noise',
    'not-rpc',
    '0x800706c0',
    () => fakeServer(afterBind((socket) => socket.write('noise'))),
  ],
] as const;

test.each(failing)('%s: the error says %s, %s', async (_, failure, code, prepare) => {
  const endpoint = await prepare();
  const error: unknown = await askHost(endpoint, requestNumber(1), { timeoutMs: 300 }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'RpcError', failure });
  expect(isRpcError(error) && `0x${rpcErrorHresult(error).toString(16)}`).toBe(code);
});

test('a name without an address says so', async () => {
  await expect(askHost({ host: 'no-such-name.invalid', port: 1 }, requestNumber(1))).rejects.toMatchObject({
    failure: 'name',
  });
}, 20_000);

test('after the connection broke every later call fails with the same error', async () => {
  const endpoint = await fakeServer(afterBind((socket) => socket.destroy()));
  const connection = await RpcConnection.open(endpoint);
  await expect(connection.call(requestNumber(1))).rejects.toMatchObject({ failure: 'lost' });
  await expect(connection.call(requestNumber(2))).rejects.toMatchObject({ failure: 'lost' });
  expect(connection.isUsable).toBe(false);
});

describe('probing', () => {
  const probe = createKmsProbe(300);

  test('an emulated host is recognised and asked nothing', async () => {
    const { at, server } = await startServer();
    await expect(probe(at.address, at.port)).resolves.toMatchObject({ finding: 'emulated-host' });
    expect(server.status.calls).toBe(0);
  });

  test.each([
    ['rpc-refuses-interface', () => fakeServer(strangerRpc)],
    ['not-rpc', () => fakeServer((socket) => socket.end('SSH-2.0-x\r\n'))],
    ['hung-up', () => fakeServer((socket) => socket.end())],
    ['hung-up', () => fakeServer((socket) => socket.once('data', () => socket.end('\u0005\0\f')))],
    ['closed', closedPort],
    ['silent', () => fakeServer(() => undefined)],
  ] as const)('%s', async (finding, prepare) => {
    const { host, port } = await prepare();
    const found = await probe(host, port);
    expect(found.finding).toBe(finding);
    expect(found.latencyMs).toBeLessThan(5000);
  });
});

test.each([
  ['kms01.lab.example:1700', { host: 'kms01.lab.example', port: 1700 }, 'kms01.lab.example:1700'],
  ['10.0.0.5', { host: '10.0.0.5', port: 1688 }, '10.0.0.5:1688'],
  ['::1', { host: '::1', port: 1688 }, '[::1]:1688'],
  ['[fe80::1]:9', { host: 'fe80::1', port: 9 }, '[fe80::1]:9'],
])('the address %s is read and written', (text, endpoint, written) => {
  expect(parseEndpoint(text)).toEqual(endpoint);
  expect(endpointText(endpoint)).toBe(written);
});

test.each(['', ':1688', 'host:0', 'host:65536', 'host:x', '[host]:1', 'a b:1', '[::1', '::1]:5'])(
  '%p is no address',
  (text) => {
    expect(parseEndpoint(text)).toBeNull();
  },
);
