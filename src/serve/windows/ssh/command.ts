import { Buffer } from 'node:buffer';
import { type ServerChannel } from 'ssh2';
import { type Work } from '../work-quota';
import { type SshTarget } from './target';

/** A command that a client has started. */
interface Call<A> {
  readonly channel: ServerChannel;
  readonly line: string;
  readonly account: A;
  readonly work: Work;
}

const stdinMilliseconds = 60_000;

/** Lets a command talk on its streams until it ends or the client goes. */
export async function converse<A>(target: SshTarget<A>, { channel, account, work }: Call<A>): Promise<void> {
  await target.converse(channel, account, closing(channel), work);
  endChannel(channel, 0);
}

/** Runs a command to its end: its input first, as far as it reads one. */
export async function runCommand<A>(
  target: SshTarget<A>,
  { channel, line, account, work }: Call<A>,
): Promise<void> {
  const stdin = target.readsInput(line) ? await readStdin(channel, work) : ignoreStdin(channel);
  const outcome = await target.run({ line, stdin, signal: closing(channel) }, account);
  work.give(stdin.length);
  if (!work.take(Buffer.byteLength(outcome.stdout) + Buffer.byteLength(outcome.stderr)))
    throw new Error('there is no room for the output');
  channel.write(outcome.stdout);
  channel.stderr.write(outcome.stderr);
  endChannel(channel, outcome.exitCode);
}

/** Aborted when the client has closed the channel, or is gone. */
function closing(channel: ServerChannel): AbortSignal {
  const gone = new AbortController();
  channel.once('close', () => gone.abort());
  return gone.signal;
}

function ignoreStdin(channel: ServerChannel): Buffer {
  channel.resume();
  return Buffer.alloc(0);
}

async function readStdin(channel: ServerChannel, work: Work): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((fulfil, reject) => {
    const late = setTimeout(() => reject(new Error('standard input did not end in time')), stdinMilliseconds);
    channel.on('data', (chunk: Buffer) => {
      if (work.take(chunk.length)) chunks.push(chunk);
      else reject(new Error('standard input is too large'));
    });
    channel.once('close', () => {
      clearTimeout(late);
      reject(new Error('the channel was closed'));
    });
    channel.once('end', () => {
      clearTimeout(late);
      fulfil(Buffer.concat(chunks));
    });
  });
  try {
    return await whole;
  } finally {
    // What still comes is thrown away.
    channel.removeAllListeners('data');
    channel.resume();
  }
}

function endChannel(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode >>> 0);
  channel.end();
}
