import { run, service, windowsProduct } from './machine';

const host = windowsProduct({
  Description: 'Windows(R) Operating System, VOLUME_KMS_WS22 channel',
  IsKeyManagementServiceMachine: 1,
});

describe('arguments that cannot be used', () => {
  test.each([
    ['/sai', 'abc', 13],
    ['/sai', '', 13],
    ['/sai', '12.5', 13],
    ['/sri', '0x10', 13],
    ['/sprt', '1688 ports', 13],
    ['/sprt', '99999999999', 6],
    ['/sai', '-99999999999', 6],
    ['/act-type', 'kms', 13],
  ])('%s %j is refused and calls nothing', async (verb, value, code) => {
    const { lines, calls, ending } = await run([verb, value], { products: [host] });
    const sentence = code === 13 ? 'Type mismatch' : 'Overflow';
    expect(lines).toEqual([`Error: ${code} ${sentence} (Microsoft VBScript runtime error)`]);
    expect(ending).toMatchObject({ scriptExitCode: code, ok: false });
    expect(calls).toEqual([]);
  });

  test.each([
    ['/ato', 'not-an-id', 'Error: product not found.'],
    ['/dti', '1111', 'Error: product not found.'],
    ['/rearm-sku', '11111111-2222-3333-4444-55555555555g', 'Error: product not found.'],
    ['/ckms', 'x', 'Error: Activation ID (x) not found.'],
    ['/ckms-domain', "' OR ''='", "Error: Activation ID (' or ''=') not found."],
  ])('%s %j is no GUID: no product has it, and nothing is called', async (verb, id, sentence) => {
    const { lines, calls, ending } = await run([verb, id]);
    expect(lines).toEqual([sentence]);
    expect(ending).toMatchObject({ scriptExitCode: 0, ok: false });
    expect(calls).toEqual([]);
  });

  test('/upk with what is no GUID uninstalls nothing, and notes that no product is a KMS host', async () => {
    const { lines, calls, ending } = await run(['/upk', '{11111111-2222-3333-4444-555555555555}']);
    expect(lines).toEqual(['Error: product key not found.']);
    expect(ending).toMatchObject({ scriptExitCode: 0, ok: false });
    expect(calls.filter((call) => !call.startsWith('reg.'))).toEqual([]);
  });

  test('/rearm-app with what is no GUID is refused, and nothing is called', async () => {
    const { lines, calls, ending } = await run(['/rearm-app', 'office']);
    expect(lines).toEqual(['Error: 0x80070057 The parameter is incorrect']);
    expect(ending.scriptExitCode).toBe(-2147024809);
    expect(calls).toEqual([]);
  });

  test.each([
    ['/atp', '1234', 'x', 'Error: product not found.'],
    ['/skms', 'kms.example', 'x', 'Error: Activation ID (x) not found.'],
    ['/skms-domain', 'example', 'x', 'Error: Activation ID (x) not found.'],
    ['/act-type', '1', 'x', 'Error: Activation ID (x) not found.'],
  ])('%s %s %s has a wrong second word', async (verb, word, id, sentence) => {
    const { lines, ending, calls } = await run([verb, word, id]);
    expect(lines).toEqual([sentence]);
    expect(ending.ok).toBe(false);
    expect(calls).toEqual([]);
  });

  test.each([['/skms-domain', '']])('%s %j says nothing', async (...argv) => {
    const { ending, calls } = await run(argv);
    expect(ending.hresult).toBe(0x80070057);
    expect(calls).toEqual([]);
  });

  test('/ril takes a whole number as version', async () => {
    const { ending, calls, lines } = await run(['/ril', 'b8b2f0a1-1111-4a4a-9999-0123456789ab', 'three']);
    expect(ending.scriptExitCode).toBe(13);
    expect(lines).toHaveLength(1);
    expect(calls).toEqual([]);
  });

  test('a port that does not fit gives the old name back', async () => {
    const before = service({ KeyManagementServiceMachine: 'old.example' });
    const { calls, ending } = await run(['/skms', 'new.example:99999999999'], { service: before });
    expect(ending.scriptExitCode).toBe(6);
    expect(calls).toEqual([
      'service.SetKeyManagementServiceMachine(new.example)',
      'service.SetKeyManagementServiceMachine(old.example)',
    ]);
  });
});
