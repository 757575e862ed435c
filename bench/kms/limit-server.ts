/**
 * The limit: a plain TCP server that answers as many bytes as the emulated host, in as many messages, and does nothing
 * else: it neither reads what came beyond its type and call number nor remembers anything.
 */
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { ServerAssociation } from '../../src/kms/wire/server-association';
import { ClientAssociation } from '../../src/kms/wire/client-association';
import { encodeAnswerStub } from '../../src/kms/wire/stubs';

const association = new ServerAssociation({ secondaryAddress: '16880', associationGroup: 1 });
const [acknowledged] = association.receive(new ClientAssociation().bind());
if (acknowledged?.kind !== 'send') throw new Error('the bind was not acknowledged');
const bindAck = acknowledged.bytes;
const answer = association.respond(
  { callId: 2, contextId: 0 },
  encodeAnswerStub({
    kind: 'count',
    count: 50,
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10_080,
    hostExtendedPid: '99999-00140-015-871562-03-1033-7601.0000-0052026',
    hostTime: 0,
  }),
);
const bind = 11;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => {
    if (chunk[2] === bind) {
      socket.write(bindAck);
    } else {
      const bytes = Buffer.from(answer);
      chunk.copy(bytes, 12, 12, 16);
      socket.write(bytes);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.stdout.write(`limit ${(server.address() as AddressInfo).port}\n`);
});
