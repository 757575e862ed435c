import { readInstance } from '../../../src/transports/winrm/soap/instances';
import { isTransportError } from '../../../src/transports/transport-error';
import { Deadline } from '../../../src/transports/deadline';
import {
  escapeForAnswer,
  escapeXml,
  parseXml,
  XmlError,
  XmlWork,
} from '../../../src/transports/winrm/soap/xml';
import { ns } from '../../../src/transports/winrm/soap/names';
import { WsmanClient } from '../../../src/transports/winrm/wsman/client';

const envelope = (body: string): string =>
  `<s:Envelope xmlns:s="${ns.soap}" xmlns:n="${ns.enumeration}" xmlns:w="${ns.wsman}"><s:Body>${body}</s:Body></s:Envelope>`;

function clientOf(answer: (sent: string) => string): {
  readonly client: WsmanClient;
  readonly sent: string[];
} {
  const sent: string[] = [];
  const client = new WsmanClient(
    {
      post: (text) => {
        sent.push(text);
        return Promise.resolve({ status: 200, body: answer(text) });
      },
      close: () => undefined,
    },
    { url: 'http://pc/wsman', operationTimeoutSeconds: 60, maxEnvelopeSize: 153_600, newGuid: () => 'A' },
  );
  return { client, sent };
}

/** Steps that reading a document takes. */
function workOf(source: string): number {
  const work = new XmlWork(Infinity);
  parseXml(source, work);
  return work.spent;
}

describe('reading what a machine sends', () => {
  test.each([
    ['elements', (n: number) => `<a>${'<b/>'.repeat(n)}</a>`],
    ['repeated properties', (n: number) => `<a>${'<b>x</b>'.repeat(n)}</a>`],
    [
      'namespaces',
      (n: number) =>
        `<a ${Array.from({ length: 60 }, (_, at) => `xmlns:p${String(at)}="u"`).join(' ')}>${'<b xmlns:q="v"><q:c/></b>'.repeat(n)}</a>`,
    ],
  ])('twice as many %s are twice the work', (_name, document) => {
    const [once, twice] = [workOf(document(1000)), workOf(document(2000))];
    expect(twice / once).toBeLessThan(2.1);
  });

  test('more elements than any answer has are refused before they fill the memory', () => {
    expect(() => parseXml(`<a>${'<a/>'.repeat(2_000_000)}</a>`)).toThrow(XmlError);
  });

  test('a property that is repeated very often', () => {
    const count = 200_000;
    const row = readInstance(parseXml(`<a>${'<b>x</b>'.repeat(count)}</a>`));
    expect(row.get('b')).toHaveLength(count);
  });

  test('what XML cannot carry is refused in a request and replaced in an answer', () => {
    for (const text of ['a\u0001b', '\ufffe', '\ud800', 'x\udc00']) {
      expect(() => escapeXml(text)).toThrow(RangeError);
      expect(escapeForAnswer(text)).toContain('\ufffd');
    }
    expect(escapeXml('\u{1f600}')).toBe('\u{1f600}');
  });
});

describe('an enumeration without end', () => {
  const context = '<n:EnumerationContext>uuid:1</n:EnumerationContext>';

  test('that never gives an item ends', async () => {
    const { client, sent } = clientOf((text) =>
      envelope(
        text.includes('<n:Pull>')
          ? `<n:PullResponse>${context}</n:PullResponse>`
          : `<n:EnumerateResponse>${context}</n:EnumerateResponse>`,
      ),
    );
    const failure: unknown = await client
      .query('root/cimv2', 'SELECT ID FROM X')
      .catch((error: unknown) => error);
    expect(isTransportError(failure) && failure.failure).toBe('garbage');
    expect(sent.length).toBeLessThan(30);
  });

  test('that gives items for ever ends, too: one budget holds for all its answers', async () => {
    const items = `<n:Items>${'<X><ID>1</ID></X>'.repeat(5000)}</n:Items>`;
    const { client } = clientOf((text) =>
      envelope(
        text.includes('<n:Pull>')
          ? `<n:PullResponse>${context}${items}</n:PullResponse>`
          : `<n:EnumerateResponse>${context}</n:EnumerateResponse>`,
      ),
    );
    const failure: unknown = await client
      .query('root/cimv2', 'SELECT ID FROM X')
      .catch((error: unknown) => error);
    expect(isTransportError(failure) && failure.failure).toBe('garbage');
  });

  test('the namespace goes with every request', async () => {
    const { client, sent } = clientOf(() =>
      envelope('<n:EnumerateResponse><w:EndOfSequence/></n:EnumerateResponse>'),
    );
    await client.query('root/cimv2', 'SELECT ID FROM X');
    expect(sent[0]).toContain('<w:Selector Name="__cimnamespace">root/cimv2</w:Selector>');
  });
});

describe('the time that a verb has', () => {
  test('begins when it is told to, ends once, and can be stretched once', () => {
    let now = 0;
    const deadline = new Deadline(1000, () => now);
    deadline.pause();
    now = 5000;
    expect(deadline.isOver).toBe(false);
    deadline.resume();
    now = 5400;
    expect(deadline.left).toBe(600);
    now = 6000;
    expect(deadline.isOver).toBe(true);
    now = 6500;
    deadline.extendOnce(200);
    expect(deadline.left).toBe(200);
    now = 6700;
    deadline.extendOnce(200);
    expect(deadline.isOver).toBe(true);
  });
});
