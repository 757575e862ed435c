import { TextParts } from '../transports/text-parts';

/** The first line of an agent: whoever waits for it passes over banners and profiles. */
export const agentGreeting = '#slmgr-agent:1#';

/** Longest request or answer, in characters: a line that goes on is refused before it is held in memory. */
export const maxAgentLine = 32 * 1024 * 1024;

/** Lines of a stream of text, bounded. Throws a RangeError for a longer line; the last line needs no end. */
export async function* linesOf(
  chunks: AsyncIterable<string | Uint8Array>,
  limit: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const parts = new TextParts();
  for await (const chunk of chunks) {
    const pieces = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        yield parts.text.replace(/\r$/, '');
        parts.clear();
      }
      parts.add(piece);
      if (parts.length > limit) throw new RangeError(`a line is longer than ${String(limit)} characters`);
    }
  }
  if (parts.length > 0) yield parts.text;
}
