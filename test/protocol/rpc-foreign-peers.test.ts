import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RpcServer } from '../../src/kms/net/rpc-server';
import { type ActivationAnswer, type ActivationRequest } from '../../src/kms/engine/messages';
import { ClientAssociation } from '../../src/kms/wire/client-association';
import { encodePdu } from '../../src/kms/wire/pdu';
import { encodeRequestStub } from '../../src/kms/wire/stubs';
import { labKmsInterface } from '../../src/kms/wire/syntax';
import { captureOf, type Segment } from './capture';
import { requestNumber } from '../kms/net/support';

const run = promisify(execFile);
const python = '/usr/bin/python3';

function works(program: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** A test that needs another program: skipped, with the reason in its name, where that is absent. */
function testWith(isThere: boolean, what: string): (name: string, body: () => Promise<void>) => void {
  return (name, body) => {
    if (isThere) test(name, body, 120_000);
    else test.skip(`${name} (skipped: ${what} is not installed)`, body);
  };
}

const withImpacket = testWith(works(python, '-c', 'import impacket'), "Debian's python3-impacket");
const withTshark = testWith(works('tshark', '--version'), 'tshark');

let asked: ActivationRequest[];
let server: RpcServer;
let port: number;

beforeEach(async () => {
  asked = [];
  server = new RpcServer({
    handle: (requests) => Promise.resolve(requests.map(answerOf)),
  });
  ({ port } = await server.listen({ address: '127.0.0.1', port: 0 }));
});

afterEach(() => server.stop(0));

function answerOf(request: ActivationRequest): ActivationAnswer {
  asked.push(request);
  return {
    kind: 'count',
    count: asked.length,
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10_080,
    hostExtendedPid: '99999-00140-015-871562-03-1033-7601.0000-0052026',
    hostTime: request.clientTime,
  };
}

withImpacket('impacket binds, calls, fragments, alters its context and reads faults', async () => {
  const script = join(__dirname, 'foreign-peer.py');
  const { stdout } = await run(python, [script, String(port), labKmsInterface.uuid], { timeout: 60_000 });
  expect(JSON.parse(stdout)).toMatchObject({
    length: 200,
    version: 1,
    hresult: 0,
    count: 1,
    second: 2,
    unknownOperation: { error: expect.stringContaining('nca_s_op_rng_error') as string },
    badStub: { error: expect.stringContaining('rpc_x_bad_stub_data') as string },
    afterFaults: 3,
    fragmented: 4,
    alteredContext: 5,
    otherInterface: { error: expect.stringContaining('abstract_syntax_not_supported') as string },
    newerVersion: { error: expect.stringContaining('abstract_syntax_not_supported') as string },
  });
  expect(asked.map(({ machineName }) => machineName)).toEqual([
    'IMPACKET-PC',
    'SECOND',
    'THIRD',
    'FOURTH',
    'FIFTH',
  ]);
  expect(asked[0]).toMatchObject({
    clientMachineId: '10000000-0000-4000-8000-000000000001',
    activationId: 'ae2ee509-1b34-41c0-acb7-6d4650168915',
    clientTime: 1_767_600_000_000,
  });
});

/** What tshark makes of one frame that carries DCE/RPC. */
interface Frame {
  readonly types: string;
  readonly malformed: string;
  readonly text: string;
}

async function dissect(capture: Buffer): Promise<readonly Frame[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-capture-'));
  try {
    const file = join(folder, 'rpc.pcap');
    writeFileSync(file, capture);
    const fields = ['dcerpc.pkt_type', '_ws.malformed', '_ws.expert.message', '_ws.col.Info'];
    const { stdout } = await run(
      'tshark',
      [
        ...['-r', file, '-d', `tcp.port==${port},dcerpc`, '-o', 'tcp.desegment_tcp_streams:TRUE', '-n'],
        ...['-Y', 'dcerpc', '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])],
      ],
      { timeout: 90_000 },
    );
    return stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [types = '', malformed = '', expert = '', text = ''] = line.split('|');
        return { types, malformed: malformed + (/malformed/i.test(expert) ? expert : ''), text };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says each of these to the server over a socket and notes both sides. */
async function converse(messages: readonly Buffer[]): Promise<readonly Segment[]> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const segments: Segment[] = [];
  for (const bytes of messages) {
    socket.write(bytes);
    segments.push({ from: 'client', bytes });
    const answer = await new Promise<Buffer>((resolve, reject) =>
      socket.once('data', resolve).once('error', reject),
    );
    segments.push({ from: 'server', bytes: answer });
  }
  socket.destroy();
  return segments;
}

withTshark('tshark dissects every PDU that both sides write, without a malformed mark', async () => {
  const client = new ClientAssociation();
  const stranger = { uuid: '12345678-1234-abcd-ef00-0123456789ab', major: 1, minor: 0 };
  const alter = {
    ...{ callId: 3, flags: 3, littleEndian: true, maxTransmitFragment: 5840, maxReceiveFragment: 5840 },
    associationGroup: 0,
    contexts: [
      {
        contextId: 1,
        abstractSyntax: stranger,
        transferSyntaxes: [{ uuid: '8a885d04-1ceb-11c9-9fe8-08002b104860', major: 2, minor: 0 }],
      },
    ],
  };
  const call = encodeRequestStub(requestNumber(1));
  const segments = [
    ...(await converse([
      client.bind(),
      client.request(2, 0, call),
      encodePdu({ kind: 'alter-context', ...alter }),
      client.request(4, 9, Buffer.alloc(0)),
      client.request(5, 0, Buffer.from('not a request')),
      client.bind(),
    ])),
  ];
  const frames = await dissect(captureOf(port, segments));
  expect(frames.map(({ types }) => types)).toEqual([
    '11',
    '12',
    '0',
    '2',
    '14',
    '15',
    '0',
    '3',
    '0',
    '3',
    '11',
    '13,17',
  ]);
  expect(frames.map(({ malformed }) => malformed).join('')).toBe('');
});

withTshark('tshark puts our fragments together', async () => {
  const client = new ClientAssociation();
  client.bind();
  const long = client.request(2, 0, Buffer.alloc(4000, 7));
  const segments: Segment[] = [
    { from: 'client', bytes: client.bind() },
    { from: 'client', bytes: long },
  ];
  const frames = await dissect(captureOf(port, segments));
  expect(frames.map(({ types }) => types).join(',')).toBe('11,0,0,0');
  expect(frames.map(({ malformed }) => malformed).join('')).toBe('');
});
