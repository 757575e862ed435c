import { type RpcConnection } from '../../kms/net/rpc-client';

/** How long a connection to a host waits for the next request. Milliseconds. */
const keepMs = 250;

/** Connections to one host that have answered. */
export interface HostConnections {
  /** One that may be asked again and is the caller's then; null: there is none. */
  take(): RpcConnection | null;
  /** Gives one back. */
  give(connection: RpcConnection): void;
}

/** For a host whose connections are not kept. */
export const noneKept: HostConnections = {
  take: () => null,
  give: (connection) => {
    connection.close();
  },
};

/**
 * Keeps one connection to each host, so that many requests one after another need no more. It is used by one request at
 * a time, keeps no process alive and ends when nothing follows soon.
 */
export class KeptConnections {
  readonly #resting = new Map<string, RpcConnection>();

  /** The connections under a key. */
  of(key: string): HostConnections {
    return {
      take: () => this.#take(key),
      give: (connection) => {
        this.#give(key, connection);
      },
    };
  }

  #take(key: string): RpcConnection | null {
    const connection = this.#resting.get(key);
    if (connection === undefined) return null;
    this.#resting.delete(key);
    if (!connection.isUsable) return null;
    connection.wake();
    return connection;
  }

  #give(key: string, connection: RpcConnection): void {
    if (this.#resting.get(key)?.isUsable === true) {
      connection.close();
      return;
    }
    connection.rest(keepMs);
    this.#resting.set(key, connection);
  }
}
