import { performDirect } from '../../../src/providers/windows/wsman/operations';
import { wsmanRunner } from '../../../src/providers/windows/wsman/runner';
import { SelectLists } from '../../../src/providers/windows/wsman/select-lists';
import { type BridgeOperation } from '../../../src/providers/windows/bridge/protocol';
import { renderAnswer, renderFault, faultAction } from '../../../src/transports/winrm/soap/answer';
import { WsmanClient } from '../../../src/transports/winrm/wsman/client';
import { WsmanFault } from '../../../src/transports/winrm/wsman/error';
import { runInShell } from '../../../src/transports/winrm/wsman/shell';

interface Answer {
  readonly status: number;
  readonly body: string;
}

const head = { messageId: 'B', relatesTo: 'uuid:A' };
const answered = (body: string): Answer => ({
  status: 200,
  body: renderAnswer({ action: 'x', ...head }, body),
});
const refused: Answer = {
  status: 500,
  body: renderAnswer(
    { action: faultAction, ...head },
    renderFault({ kind: 'wmi', hresult: 0x80041017, text: 'Invalid query ' }, 'PC'),
  ),
};

function clientOf(answer: (sent: string) => Answer): WsmanClient {
  return new WsmanClient(
    { post: (text) => Promise.resolve(answer(text)), close: () => undefined },
    { url: 'http://pc/wsman', operationTimeoutSeconds: 60, maxEnvelopeSize: 153_600, newGuid: () => 'A' },
  );
}

/** A machine whose product class lacks some properties. */
function lacking(absent: readonly string[]): {
  readonly client: WsmanClient;
  readonly queries: (readonly string[])[];
} {
  const queries: (readonly string[])[] = [];
  const client = clientOf((text) => {
    const select = (/SELECT ([\w, *]+) FROM/.exec(text)?.[1] ?? '').split(', ');
    queries.push(select);
    if (select.some((name) => absent.includes(name))) return refused;
    const row = select.map((name) => `<${name}>x</${name}>`).join('');
    return answered(
      `<n:EnumerateResponse><w:Items><w:XmlFragment>${row}</w:XmlFragment></w:Items><w:EndOfSequence/></n:EnumerateResponse>`,
    );
  });
  return { client, queries };
}

const all = ['ID', 'Name', 'LicenseIsAddon', 'LicenseStatus', 'IAID', 'VLActivationType', 'TrustedTime'];
const query: Extract<BridgeOperation, { op: 'query' }> = {
  op: 'query',
  class: 'SoftwareLicensingProduct',
  select: all,
  filter: { kind: 'id', id: 'x' },
};

describe('a property that a machine lacks', () => {
  test.each([
    ['the add-on flag, as Windows’ script expects', ['LicenseIsAddon'], 3],
    ['what Windows 7 has not', ['IAID', 'VLActivationType'], 2],
  ])('%s: refined queries, never all properties, and the next query knows', async (_name, absent, most) => {
    const { client, queries } = lacking(absent);
    const lists = new SelectLists();
    const rows = await performDirect(client, query, lists);
    expect(rows).toEqual([
      Object.fromEntries(all.filter((name) => !absent.includes(name)).map((name) => [name, 'x'])),
    ]);
    expect(queries.length).toBeLessThanOrEqual(most);
    expect(queries.flat()).not.toContain('*');
    const before = queries.length;
    await performDirect(client, query, lists);
    expect(queries.length).toBe(before + 1);
  });

  test('any other is found by halves', async () => {
    const { client, queries } = lacking(['TrustedTime', 'Name']);
    const [row] = (await performDirect(client, query, new SelectLists())) as readonly object[];
    expect(Object.keys(row ?? {})).toEqual(all.filter((name) => !['TrustedTime', 'Name'].includes(name)));
    expect(queries.flat()).not.toContain('*');
    expect(queries.length).toBeLessThan(25);
  });
});

describe('a method call', () => {
  const call: BridgeOperation = {
    op: 'invoke',
    class: 'SoftwareLicensingService',
    keyName: 'Version',
    key: '10.0',
    method: 'SetKeyManagementServiceLookupDomain',
    args: [{ name: 'LookupDomain', type: 'string', value: 'example' }],
  };
  const run = async (operation: BridgeOperation, value: string): Promise<unknown> => {
    const output = `SetKeyManagementServiceLookupDomain_OUTPUT`;
    const client = clientOf(() =>
      answered(`<p:${output} xmlns:p="u"><p:ReturnValue>${value}</p:ReturnValue></p:${output}>`),
    );
    const script = { run: () => Promise.reject(new Error('no script')), close: () => Promise.resolve() };
    const runner = wsmanRunner(client, script);
    return (await runner.run({ v: 1, steps: [{ do: operation, onError: 'stop' }] })).results[0];
  };

  test.each([
    ['3221549172', '0xC004F074'],
    ['-1073418124', '0xC004F074'],
    ['5', '0x00000005'],
    ['what', '0x8007000D'],
    ['4294967296', '0x8007000D'],
    ['-4294967296', '0x8007000D'],
  ])('that returns %s failed with %s', async (value, hresult) => {
    expect(await run(call, value)).toMatchObject({ ok: false, error: { hresult } });
  });

  test('that returns 0 succeeded', async () => {
    expect(await run(call, '0')).toEqual({ ok: true, value: {} });
  });

  test.each(['a\u0001b', '\ufffe', '\ud800'])('with %j is refused with a number', async (value) => {
    const args = [{ name: 'LookupDomain', type: 'string', value }] as const;
    expect(await run({ ...call, args }, '0')).toMatchObject({ ok: false, error: { hresult: '0x80070057' } });
  });

  test('a query for an ID that XML cannot carry finds nothing', async () => {
    expect(await run({ ...query, filter: { kind: 'id', id: '\u0001' } }, '0')).toEqual({
      ok: true,
      value: [],
    });
  });

  test.each(['4294967296', '-4294967296'])('of the registry that returns %s failed', async (value) => {
    const client = clientOf(() =>
      answered(
        `<p:DeleteValue_OUTPUT xmlns:p="u"><p:ReturnValue>${value}</p:ReturnValue></p:DeleteValue_OUTPUT>`,
      ),
    );
    const removal = { op: 'registry-delete', key: 'SOFTWARE', value: 'x' } as const;
    await expect(performDirect(client, removal, new SelectLists())).rejects.toMatchObject({
      hresult: 0x8007000d,
    });
  });

  test('a fault where the remote shell is made has its number', async () => {
    const fault = new WsmanFault({
      kind: 'wsman',
      code: 0x803381a5,
      subcode: 'QuotaLimit',
      text: 'too many',
    });
    const script = { run: () => Promise.reject(fault), close: () => Promise.resolve() };
    const runner = wsmanRunner(
      clientOf(() => refused),
      script,
    );
    const steps = [{ do: { op: 'files-list' }, onError: 'stop' }] as const;
    await expect(runner.run({ v: 1, steps })).rejects.toMatchObject({ hresult: 0x803381a5 });
  });
});

/** An answer with a text that no XML has, as a peer that is not strict may send it. */
const unclean = 'A\u0000';

describe('a name that the machine gave and that cannot be sent back is no name', () => {
  test.each([
    ['the shell', `<rsp:Shell><rsp:ShellId>${unclean}</rsp:ShellId></rsp:Shell>`],
    ['the command', `<rsp:CommandResponse><rsp:CommandId>${unclean}</rsp:CommandId></rsp:CommandResponse>`],
  ])('of %s', async (_name, body) => {
    const shell = '<rsp:Shell><rsp:ShellId>S</rsp:ShellId></rsp:Shell>';
    const client = clientOf((sent) => answered(sent.includes('shell/Create') ? shell : body));
    const bad = clientOf(() => answered(body));
    const command = { commandLine: 'x', stdin: null, maxOutputBytes: 10, expired: () => true };
    await expect(runInShell(bad, command)).rejects.toMatchObject({ step: 'answer', failure: 'garbage' });
    await expect(runInShell(client, command)).rejects.toMatchObject({ step: 'answer', failure: 'garbage' });
  });

  test('of an enumeration', async () => {
    const body = `<n:EnumerateResponse><n:EnumerationContext>${unclean}</n:EnumerationContext></n:EnumerateResponse>`;
    const client = clientOf(() => answered(body));
    await expect(client.query('root/cimv2', 'SELECT x FROM y')).rejects.toMatchObject({
      step: 'answer',
      failure: 'garbage',
    });
  });
});
