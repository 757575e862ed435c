import { type AddressInfo, type Server, type Socket } from 'node:net';

/** A server that listens; `close` ends its connections too, after what is under way had a moment to finish. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A port that cannot be had, as a sentence for people. */
export class ListenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ListenError';
  }
}

const graceMilliseconds = 500;

/** Starts a server on an address and port (0 takes a free one). */
export async function listen(server: Server, address: string, port: number): Promise<Listening> {
  const open = new Set<Socket>();
  // The ssh2 server hands out its own objects for connections; its sockets end when those are told to.
  server.on('connection', (connection: Socket) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  await new Promise<void>((fulfil, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(`cannot listen on ${shown(address, port)}: ${reason(error)}`, { cause: error }));
    });
    server.listen(port, address, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      fulfil();
    });
  });
  const bound = server.address() as AddressInfo;
  return {
    address: bound.address,
    port: bound.port,
    close: () => closeServer(server, open),
  };
}

async function closeServer(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  await new Promise<void>((fulfil) => {
    const hurry = setTimeout(() => {
      for (const connection of open) {
        connection.end();
        if (typeof connection.destroy === 'function') connection.destroy();
      }
      fulfil();
    }, graceMilliseconds);
    server.close(() => {
      clearTimeout(hurry);
      fulfil();
    });
  });
}

/** ADDR:PORT, with brackets around an IPv6 address. */
export function shown(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'something listens there already';
    case 'EACCES':
      return 'that port needs more rights';
    case 'EADDRNOTAVAIL':
      return 'this computer does not have that address';
    default:
      return error.code ?? error.message;
  }
}
