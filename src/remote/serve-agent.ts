import { AnswerError, parseRequest } from '../providers/windows/bridge/answer-schema';
import { answerRequest } from '../providers/windows/bridge/answer-request';
import { type BridgeHost } from '../providers/windows/bridge/protocol';
import { type LicensingProvider } from '../licensing/provider';
import { printableJson } from '../transports/harmless-text';
import { agentGreeting, linesOf, maxAgentLine } from './agent-lines';

/** What an agent says of a request that it cannot read. */
interface AgentRefusal {
  readonly v: 1;
  readonly refused: string;
}

/** What an agent needs: where requests come from, where answers go, and what it says of its machine. */
export interface AgentStreams {
  readonly input: AsyncIterable<string | Uint8Array>;
  readonly write: (line: string) => Promise<void> | void;
  readonly host: () => Promise<BridgeHost>;
  /** Waited for before every step of a request: lets others have their turn, and throws where nobody waits any more. */
  readonly between?: () => Promise<void>;
}

/**
 * Serves a licensing provider to another slmgr: one request a line, one answer a line, until the input ends. A request
 * that cannot be read is refused with a line that says why; a line that is too long ends the service.
 */
export async function serveAgent(provider: LicensingProvider, streams: AgentStreams): Promise<void> {
  await streams.write(`${agentGreeting}\n`);
  for await (const line of linesOf(streams.input, maxAgentLine)) {
    if (line === '') continue;
    await streams.write(`${printableJson(await answerLine(provider, line, streams))}\n`);
  }
}

async function answerLine(provider: LicensingProvider, line: string, streams: AgentStreams): Promise<object> {
  try {
    const request = parseRequest(line);
    return await answerRequest(provider, request, await streams.host(), streams.between);
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return { v: 1, refused: error.message } satisfies AgentRefusal;
  }
}
