import { PassThrough } from 'node:stream';
import { windowsProvider } from '../../src/providers/windows/provider';
import { agentGreeting, linesOf } from '../../src/remote/agent-lines';
import { agentRunner, type LineChannel } from '../../src/remote/agent-runner';
import { serveAgent } from '../../src/remote/serve-agent';
import { makeDouble } from '../conformance/double';
import { smallCase } from '../fixtures/case';
import { testHost } from '../providers/windows/bridge-executor';

function channelTo(serve: (input: PassThrough, output: PassThrough) => void): LineChannel {
  const input = new PassThrough();
  const output = new PassThrough();
  serve(input, output);
  return {
    output: output as AsyncIterable<Uint8Array>,
    write: (text) => void input.write(text),
    waitFor: (answer) => answer,
    close: () => Promise.resolve(void input.end()),
  };
}

const ports = {
  description: { kind: 'windows', machine: 'far' },
  clock: () => 0,
  readLocalFile: () => Promise.reject(new Error('no file')),
} as const;

describe('the agent', () => {
  const now = Date.UTC(2030, 0, 1);

  function open(): Promise<LineChannel> {
    const { provider } = makeDouble(smallCase());
    return Promise.resolve(
      channelTo((input, output) => {
        output.write('Last login: today\n');
        const host = (): Promise<typeof testHost> => Promise.resolve({ ...testHost, now });
        void serveAgent(provider, { input, write: (line) => void output.write(line), host }).then(() =>
          output.end(),
        );
      }),
    );
  }

  test("serves many requests over one channel, with the machine's own time", async () => {
    let opened = 0;
    const provider = windowsProvider(
      agentRunner(() => open().finally(() => (opened += 1))),
      ports,
    );
    await provider.connect();
    for (let count = 0; count < 3; count += 1) {
      const [product] = await provider.query({
        class: 'SoftwareLicensingProduct',
        select: ['Name'],
        filter: { kind: 'has-product-key' },
      });
      expect(product?.Name).toContain('ServerStandard');
    }
    expect(await provider.now()).toBe(now);
    expect(opened).toBe(1);
    await provider.close();
  });

  test('an agent that ends, that says nothing readable, and none at all', async () => {
    const run = (say: string): Promise<unknown> =>
      windowsProvider(
        agentRunner(() => Promise.resolve(channelTo((_input, output) => output.end(say)))),
        ports,
      ).connect();
    await expect(run('')).rejects.toMatchObject({ step: 'command', failure: 'closed' });
    await expect(run('bash: slmgr: command not found\n')).rejects.toMatchObject({ failure: 'closed' });
    await expect(run(`${agentGreeting}\nhello\n`)).rejects.toMatchObject({
      step: 'answer',
      failure: 'garbage',
    });
    const refusing = run(`${agentGreeting}\n{"v":1,"refused":"v: other version"}\n`);
    await expect(refusing).rejects.toMatchObject({
      failure: 'garbage',
      message: expect.stringContaining('other version') as unknown,
    });
  });

  test('a request that cannot be read is refused, and the next one is served', async () => {
    const channel = await open();
    const lines = linesOf(channel.output, 100_000);
    await lines.next();
    await lines.next();
    channel.write('no json\n{"v":2}\n\n{"v":1,"steps":[]}\n');
    const answers: unknown[] = [];
    for (let count = 0; count < 3; count += 1) answers.push(JSON.parse((await lines.next()).value ?? ''));
    expect(answers).toMatchObject([
      { refused: expect.any(String) as string },
      { refused: expect.any(String) as string },
      { results: [] },
    ]);
    await channel.close();
  });

  test('a line without end is refused before it is held', async () => {
    async function* endless(): AsyncGenerator<string> {
      for (;;) yield await Promise.resolve('x'.repeat(1000));
    }
    await expect(linesOf(endless(), 10_000).next()).rejects.toThrow(RangeError);
  });

  test('lines cut anywhere come out whole', async () => {
    const bytes = Buffer.from('ä\r\nb\n\nlast');
    async function* cut(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
    }
    const lines: string[] = [];
    for await (const line of linesOf(cut(), 100)) lines.push(line);
    expect(lines).toEqual(['ä', 'b', '', 'last']);
  });
});
