import { createServer, type Server } from 'node:net';
import { RpcConnection } from '../../../src/kms/net/rpc-client';
import { contactAgain, contactOverTcp } from '../../../src/serve/network/contact';
import { noneKept } from '../../../src/serve/network/kept-connections';
import { eventually } from '../kms-host/support';
import { answerTo, requestNumber, startServer, stopAll } from '../../kms/net/support';

const servers: Server[] = [];

afterEach(async () => {
  await stopAll();
  for (const server of servers.splice(0)) server.close();
});

/** A TCP server that says this and hangs up, or is silent; its port. */
async function listen(words: string | null): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (words !== null) socket.end(words);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

const request = requestNumber(7);

describe('a request over TCP', () => {
  test('brings the answer and the address that it came from', async () => {
    const { at } = await startServer();
    const answer = await contactOverTcp({
      addresses: ['127.0.0.1'],
      port: at.port,
      request,
      sameMachine: true,
    });
    expect(answer).toMatchObject({
      kind: 'contact',
      result: { ok: true, ipAddress: '127.0.0.1', sameMachine: true, answer: { kind: 'count', count: 7 } },
    });
  });

  test('goes to the next address where nobody listens', async () => {
    const { at } = await startServer();
    const addresses = ['127.0.0.2', '127.0.0.1'];
    const { result } = await contactOverTcp({ addresses, port: at.port, request, sameMachine: false });
    expect(result).toMatchObject({ ok: true, ipAddress: '127.0.0.1' });
  });

  test('K12.5 is 0x800706BA where nobody can be reached', async () => {
    const { at, server } = await startServer();
    await server.stop(0);
    for (const addresses of [[], ['127.0.0.1']]) {
      const { result } = await contactOverTcp({ addresses, port: at.port, request, sameMachine: false });
      expect(result).toEqual({ ok: false, hresult: 0x800706ba });
    }
  });

  test('that ended with a connection kept from before is to be sent anew; what the host says is its answer', async () => {
    let calls = 0;
    const { at, server, endpoint } = await startServer({
      handle: (requests) => {
        calls += 1;
        if (calls === 1) return Promise.reject(new Error('not recorded'));
        return calls === 2 ? Promise.resolve(requests.map(answerTo)) : new Promise(() => undefined);
      },
    });
    const contact = { request, sameMachine: false };
    const faulted = await RpcConnection.open(endpoint);
    const { result } = (await contactAgain(faulted, contact, noneKept)) ?? {};
    expect(result).toEqual({ ok: false, hresult: 0x800706be });
    expect(faulted.isUsable).toBe(false);
    const kept: RpcConnection[] = [];
    const connections = { take: () => null, give: (connection: RpcConnection) => void kept.push(connection) };
    await contactOverTcp({ ...contact, addresses: ['127.0.0.1'], port: at.port }, { connections });
    const [again] = kept;
    if (again === undefined) throw new Error('the connection was not given back');
    const answer = contactAgain(again, contact, connections);
    await eventually(() => calls === 3);
    await server.stop(0);
    expect(await answer).toBeNull();
  });

  test('ends in bounded time at a host that says nothing, and with its own code at one that speaks otherwise', async () => {
    const contact = { addresses: ['127.0.0.1'], request, sameMachine: false };
    const silent = await contactOverTcp({ ...contact, port: await listen(null) }, { timeoutMs: 200 });
    expect(silent.result).toEqual({ ok: false, hresult: 0x800706ba });
    const noise = await contactOverTcp(
      { ...contact, port: await listen('220 mail.example ESMTP\r\n') },
      { timeoutMs: 500 },
    );
    expect(noise.result).toEqual({ ok: false, hresult: 0x800706c0 });
  });
});
