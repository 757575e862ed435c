import { createServer, type Server, type Socket } from 'node:net';
import { createServerEstateDns } from '../../../src/dns/net/server-estate-dns';
import { discoverKmsHosts, type DiscoveryReport } from '../../../src/kms/discovery/discover';
import { createKmsProbe } from '../../../src/kms/net/probe';
import { ServerAssociation } from '../../../src/kms/wire/server-association';
import { describeWithNamed, startNamed, type Named } from '../../fixtures/named';
import { freePort } from '../../fixtures/ports';
import { startServer, stopAll } from '../net/support';

describeWithNamed('discovery through a real BIND 9', () => {
  const servers: Server[] = [];
  let named: Named | null = null;

  /** A TCP server that does with each connection what the test says; its port. */
  const listen = async (behave: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      behave(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  };

  /** An RPC server of another interface, as a genuine KMS host is one. */
  const stranger = (socket: Socket): void => {
    const association = new ServerAssociation({
      secondaryAddress: '1688',
      associationGroup: 1,
      offered: { uuid: '12345678-1234-4234-8234-123456789abc', major: 1, minor: 0 },
    });
    socket.on('data', (chunk) => {
      for (const action of association.receive(chunk)) if (action.kind === 'send') socket.write(action.bytes);
    });
  };

  const discover = async (records: readonly string[], domain = 'corp.example'): Promise<DiscoveryReport> => {
    named = await startNamed({
      zones: [{ name: 'corp.example', records: ['local A 127.0.0.1', ...records] }],
    });
    const dns = createServerEstateDns({ servers: [named.server], timeoutsMs: [2000] });
    return discoverKmsHosts({ dns, probe: createKmsProbe(400) }, [domain]);
  };

  afterEach(async () => {
    await named?.remove();
    await stopAll();
    for (const server of servers.splice(0)) server.close();
  });

  test('tells the six kinds of peers apart, in the order of trial', async () => {
    const { at } = await startServer();
    const ports = {
      host: at.port,
      stranger: await listen(stranger),
      noise: await listen((socket) => socket.end('220 mail.example ESMTP\r\n')),
      hangsUp: await listen((socket) => socket.once('data', () => socket.end())),
      closed: await freePort(),
      silent: await listen((socket) => socket.resume()),
    };
    const report = await discover([
      `_vlmcs._tcp SRV 30 0 ${ports.silent} local`,
      `_vlmcs._tcp SRV 20 0 ${ports.closed} local`,
      `_vlmcs._tcp SRV 15 0 ${ports.hangsUp} local`,
      `_vlmcs._tcp SRV 10 0 ${ports.noise} local`,
      `_vlmcs._tcp SRV 0 1 ${ports.stranger} local`,
      `_vlmcs._tcp SRV 0 9 ${ports.host} local`,
      '_vlmcs._tcp SRV 40 0 1688 nowhere',
    ]);
    expect(report.status).toBe(1);
    expect(report.hosts.map(({ port, finding }) => [port, finding])).toEqual([
      [ports.host, 'emulated-host'],
      [ports.stranger, 'rpc-refuses-interface'],
      [ports.noise, 'not-rpc'],
      [ports.hangsUp, 'hung-up'],
      [ports.closed, 'closed'],
      [ports.silent, 'silent'],
      [1688, 'unresolved'],
    ]);
    expect(report.hosts[6]?.problem?.hresult).toBe(0x8007232b);
  });

  test('status 0 where every host answers, 2 where none does, 3 without records', async () => {
    const { at } = await startServer();
    expect((await discover([`_vlmcs._tcp SRV 0 0 ${at.port} local`])).status).toBe(0);
    await named?.remove();
    expect((await discover([`_vlmcs._tcp SRV 0 0 ${await freePort()} local`])).status).toBe(2);
    await named?.remove();
    expect(await discover([])).toMatchObject({ status: 3, problem: { hresult: 0x8007232b } });
  });
});
