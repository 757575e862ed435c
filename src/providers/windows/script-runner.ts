import { type BridgeAnswer, type BridgeRequest } from './bridge/protocol';

/**
 * The port to the far side: sends one request and gives back its checked answer, one round trip. It rejects with a
 * `TransportError` for a failure on the way and opens the connection again on the next call after it was lost.
 */
export interface ScriptRunner {
  run(request: BridgeRequest): Promise<BridgeAnswer>;
  close(): Promise<void>;
}
