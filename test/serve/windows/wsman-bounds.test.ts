import fc from 'fast-check';
import { queryRows } from '../../../src/serve/windows/wsman/cim-service';
import { Enumerations } from '../../../src/serve/windows/wsman/enumerations';
import { Shells } from '../../../src/serve/windows/wsman/shells';
import { parseWql } from '../../../src/serve/windows/wsman/wql';
import { WorkQuota } from '../../../src/serve/windows/work-quota';
import { parseXml } from '../../../src/transports/winrm/soap/xml';
import { plainService, readOnlyProvider } from '../../protocol/remote-client';

const million = 1_000_000;

/** Characters that the patterns of the reader pass over, those that are passed over twice counted twice. */
function charactersReadOf(query: string): number {
  const exec = Object.getOwnPropertyDescriptor(RegExp.prototype, 'exec')
    ?.value as typeof RegExp.prototype.exec;
  let count = 0;
  const spy = jest.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text) {
    const from = this.lastIndex;
    const match = exec.call(this, text);
    count += match === null ? text.length - from : match.index + match[0].length - from;
    return match;
  });
  try {
    parseWql(query);
  } finally {
    spy.mockRestore();
  }
  return count;
}

describe('the query language', () => {
  test('reads what licensing tools send', () => {
    const select = ['ID', 'Name'];
    const id = { kind: 'compare', property: 'ID', operator: '=', value: "a'b AND c" };
    expect(parseWql("select ID,  Name from SoftwareLicensingProduct where ID = 'a\\'b AND c'")).toEqual({
      ...{ className: 'SoftwareLicensingProduct', select, where: id },
    });
    for (const notNull of ['<> null', '!=NULL', 'IS  NOT NULL']) {
      const text = `SELECT * FROM X WHERE (PartialProductKey ${notNull}) AND LicenseIsAddon=false AND N=7`;
      expect(parseWql(text)).toEqual({
        ...{ className: 'X', select: null },
        where: {
          kind: 'and',
          parts: [
            { kind: 'compare', property: 'PartialProductKey', operator: '<>', value: null },
            { kind: 'compare', property: 'LicenseIsAddon', operator: '=', value: false },
            { kind: 'compare', property: 'N', operator: '=', value: 7 },
          ],
        },
      });
    }
  });

  test.each(['', 'SELECT', 'SELECT FROM X', 'SELECT a FROM', 'SELECT a,, b FROM X', 'SELECT * FROM X WHERE'])(
    'refuses "%s"',
    (text) => {
      expect(parseWql(text)).toBeNull();
    },
  );

  // A reader that tries each blank in each place would not come back from these.
  test.each([
    ['blanks', `SELECT${' '.repeat(million)}`],
    ['blanks between names', `SELECT a${' '.repeat(million)}b FROM X`],
    ['blanks behind WHERE', `SELECT * FROM X WHERE a${' '.repeat(million)}`],
    ['an open quote', `SELECT * FROM X WHERE a='${'\\x'.repeat(million)}`],
    ['conditions', `SELECT * FROM X WHERE ${'a=1 AND '.repeat(100_000)}a=1`],
    ['parentheses', `SELECT * FROM X WHERE ${'('.repeat(million)}`],
    ['names', `SELECT ${'a,'.repeat(million)}a FROM X`],
  ])('is read in one go, whatever it is made of: %s', (_what, text) => {
    expect(parseWql(text)).toBeNull();
  });

  test.each([
    ['blanks', (n: number) => `SELECT * FROM X${' '.repeat(n)}WHERE a='b'`],
    ['escapes in quotes', (n: number) => `SELECT * FROM X WHERE a='${"\\'".repeat(n)}'`],
    ['an open quote', (n: number) => `SELECT * FROM X WHERE a='${'b'.repeat(n)}`],
    ['names', (n: number) => `SELECT ${'ab,'.repeat(n)}ab FROM X`],
    ['too many words', (n: number) => `SELECT ${'a '.repeat(20 * n)}`],
  ])('twice as many are twice the work at most: %s', (_what, text) => {
    expect(charactersReadOf(text(400))).toBeLessThanOrEqual(2.1 * charactersReadOf(text(200)));
  });

  test('never fails otherwise', () => {
    const words = fc.constantFrom(
      'SELECT',
      '*',
      'FROM',
      'X',
      'WHERE',
      'AND',
      '=',
      "'a'",
      ' ',
      '(',
      ')',
      ',',
      '\\',
      '"',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        parseWql(parts.join(' '));
      }),
    );
  });
});

test('a property that is named again and again is work once', async () => {
  const workOf = async (times: number): Promise<number> => {
    const provider = readOnlyProvider();
    let asked = 0;
    const counted: typeof provider = {
      ...provider,
      query: async (query) => {
        asked += query.select.length;
        return provider.query(query);
      },
    };
    const property = 'LicenseIsAddon';
    const select = Array.from({ length: times }, (_, at) => (at % 2 === 0 ? 'name' : 'NAME'));
    const parts = Array.from(
      { length: times },
      () => ({ kind: 'compare', property, operator: '=', value: 'false' }) as const,
    );
    const query = { className: 'SoftwareLicensingProduct', select, where: { kind: 'and', parts } } as const;
    expect(await queryRows(counted, query)).toEqual([
      { Name: expect.stringContaining('ServerDatacenter') as string },
    ]);
    return asked;
  };
  expect(await workOf(2000)).toBe(await workOf(1000));
});

test('pulling item by item looks at each item once', () => {
  const workOf = (count: number): number => {
    let looks = 0;
    const items = new Proxy(
      Array.from({ length: count }, (_, at) => `item ${at}`),
      {
        get: (target, key, receiver) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    let number = 0;
    const enumerations = new Enumerations(() => String((number += 1)));
    const pulled: string[] = [];
    for (let context: string | null = enumerations.keep(items); context !== null;) {
      const batch = enumerations.take(context, 1);
      pulled.push(...batch.items);
      context = batch.rest;
    }
    expect(pulled).toHaveLength(count);
    return looks;
  };
  const work = workOf(500);
  expect(workOf(1000)).toBeLessThanOrEqual(2 * work);
});

test('open enumerations hold so much together; the oldest go', () => {
  let number = 0;
  const enumerations = new Enumerations(() => String((number += 1)));
  const large = ['x'.repeat(6 * 1024 * 1024)];
  const contexts = [1, 2, 3].map(() => enumerations.keep(large));
  expect(() => enumerations.take(contexts[0]!, 1)).toThrow(/context is not valid/);
  expect(enumerations.take(contexts[2]!, 1)).toEqual({ items: large, rest: null });
  const many = Array.from({ length: 60 }, () => enumerations.keep(['a']));
  expect(() => enumerations.take(many[0]!, 1)).toThrow(/context is not valid/);
  expect(enumerations.take(many[59]!, 1).items).toEqual(['a']);
});

describe('envelopes', () => {
  const envelope = (body: string, attributes = ''): string =>
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ${attributes}><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;

  test.each([
    ['elements', envelope('<a/>'.repeat(200_000))],
    ['namespaces', envelope('<a xmlns:b="c">'.repeat(60).concat('<x xmlns:d="e"/>'.repeat(20_000)))],
    ['comments', envelope('<!-- -->'.repeat(100_000))],
  ])('of too many %s are refused before they are read', async (_what, text) => {
    expect(await plainService().handle(text)).toEqual({ status: 400, body: '' });
  });
});

describe('remote shells', () => {
  const body = (text: string): ReturnType<typeof parseXml> => parseXml(`<Body>${text}</Body>`);
  const command = body('<CommandLine><Command>x</Command></CommandLine>');
  const run = (): Promise<{ exitCode: number; stdout: Buffer; stderr: Buffer }> =>
    Promise.resolve({ exitCode: 0, stdout: Buffer.alloc(600), stderr: Buffer.alloc(0) });

  function shellsOf(quota: WorkQuota, now?: () => number): Shells {
    let number = 0;
    const newGuid = (): string => String((number += 1));
    return new Shells(run, {
      newGuid,
      begin: () => quota.begin('joe'),
      ...(now === undefined ? {} : { now }),
    });
  }

  const send = (id: string, bytes: number): ReturnType<typeof parseXml> =>
    body(`<Send><Stream CommandId="${id}">${Buffer.alloc(bytes).toString('base64')}</Stream></Send>`);

  test('share what an account may have under way, and give it back', async () => {
    const quota = new WorkQuota({ commands: 2, bytes: 1000 });
    const shells = shellsOf(quota);
    const shell = shells.create();
    const first = shells.command(shell, command);
    const second = shells.command(shell, command);
    expect(() => shells.command(shell, command)).toThrow(/too many commands/);
    shells.send(shell, send(first, 700));
    expect(() => shells.send(shell, send(second, 400))).toThrow(/too much input/);
    const receive = body(`<Receive><DesiredStream CommandId="${first}">stdout</DesiredStream></Receive>`);
    // The output takes the room of the input.
    expect(await shells.receive(shell, receive, new Promise(() => undefined))).toContain('Done');
    shells.signal(shell, body(`<Signal CommandId="${first}"/>`));
    shells.send(shell, send(second, 900));
    shells.delete(shell);
    expect(quota.begin('joe')?.take(1000)).toBe(true);
  });

  test('a command line is held like input', () => {
    const quota = new WorkQuota({ bytes: 1000 });
    const shells = shellsOf(quota);
    const shell = shells.create();
    const long = body(`<CommandLine><Command>${'x'.repeat(600)}</Command></CommandLine>`);
    shells.command(shell, long);
    expect(() => shells.command(shell, long)).toThrow(/too long/);
    shells.close();
    expect(quota.begin('joe')?.take(1000)).toBe(true);
  });

  test('of who went away make room for others, though nobody asks for them', () => {
    jest.useFakeTimers();
    try {
      const quota = new WorkQuota({ allBytes: 1000 });
      const shells = shellsOf(quota);
      const shell = shells.create();
      shells.send(shell, send(shells.command(shell, command), 900));
      jest.advanceTimersByTime(14 * 60_000);
      expect(quota.begin('admin')?.take(500)).toBe(false);
      jest.advanceTimersByTime(3 * 60_000);
      expect(quota.begin('admin')?.take(500)).toBe(true);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('are given up when nobody asks for them', () => {
    let now = 0;
    const quota = new WorkQuota({ commands: 1 });
    const shells = shellsOf(quota, () => now);
    const shell = shells.create();
    shells.command(shell, command);
    now = 16 * 60_000;
    const next = shells.create();
    expect(() => shells.delete(shell)).toThrow(/not found/);
    shells.command(next, command);
    shells.close();
    expect(quota.begin('joe')).not.toBeNull();
  });
});
