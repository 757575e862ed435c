import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type Duplex } from 'node:stream';
import { type Work } from '../work-quota';

/** How long a conversation may be without a request. */
const idleMilliseconds = 600_000;

/** What comes on a stream, counted while it belongs to a line that has not ended. Throws where there is no room for it. */
export async function* meteredInput(
  stream: Duplex,
  work: Work,
  idleMs = idleMilliseconds,
): AsyncGenerator<Buffer, void, undefined> {
  let held = 0;
  const idle = setTimeout(() => stream.destroy(), idleMs);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (chunk.includes(0x0a)) {
        work.give(held);
        held = 0;
      }
      if (!work.take(chunk.length)) throw new RangeError('a request is too large');
      held += chunk.length;
      yield chunk;
      idle.refresh();
    }
  } finally {
    clearTimeout(idle);
    work.give(held);
  }
}

/** Writes to a stream and waits until the other side takes what was written, or is gone. */
export async function writeTaken(
  stream: Duplex,
  text: string,
  signal: AbortSignal,
  work: Work,
): Promise<void> {
  const bytes = Buffer.byteLength(text);
  if (!work.take(bytes)) throw new RangeError('there is no room for the answer');
  try {
    if (!stream.write(text)) await once(stream, 'drain', { signal });
  } finally {
    work.give(bytes);
  }
}
