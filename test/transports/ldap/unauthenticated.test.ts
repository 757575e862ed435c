import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { PresenceFilter } from 'ldapts';
import { searchDirectory, type DirectorySignIn } from '../../../src/transports/ldap/directory';
import { Secret } from '../../../src/transports/secret';

/** RFC 4513, section 5.1.2: a server may take such a bind for a success, and then shows what anybody may see. */
test.each<[name: string, signIn: DirectorySignIn, message: RegExp]>([
  ['no password', { kind: 'simple', user: 'x', password: new Secret('') }, /the password is empty/],
  ['no name', { kind: 'simple', user: ' ', password: new Secret('x') }, /the user name is empty/],
])('%s: the directory is not even connected to', async (_name, signIn, message) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const pages = searchDirectory(
      {
        host: 'localhost',
        address: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        security: 'ldaps',
        ca: [],
        signIn,
        timeoutMs: 60_000,
        signal: new AbortController().signal,
      },
      { base: '', filter: new PresenceFilter({ attribute: 'objectClass' }), attributes: [], pageSize: 1 },
    );
    await expect(pages.next()).rejects.toThrow(message);
    expect(connections).toBe(0);
  } finally {
    server.close();
  }
});
