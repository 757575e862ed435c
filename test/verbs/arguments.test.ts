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
    ['/ato', 'not-an-id'],
    ['/upk', '{11111111-2222-3333-4444-555555555555}'],
    ['/dti', '1111'],
    ['/rearm-app', 'office'],
    ['/rearm-sku', '11111111-2222-3333-4444-55555555555g'],
    ['/ckms', 'x'],
    ['/ckms-domain', "' OR ''='"],
  ])('%s %j is no GUID: a clear error, nothing is called', async (verb, id) => {
    const { lines, calls, ending } = await run([verb, id]);
    expect(lines[0]).toBe('Error: 0x80070057 The parameter is incorrect');
    expect(lines[1]).toContain(`"${id}" is no`);
    expect(ending.scriptExitCode).toBe(-2147024809);
    expect(calls).toEqual([]);
  });

  test.each([
    ['/atp', '1234', 'x'],
    ['/skms', 'kms.example', 'x'],
    ['/skms-domain', 'example', 'x'],
    ['/act-type', '1', 'x'],
  ])('%s %s %s has a wrong second word', async (...argv) => {
    const { ending, calls } = await run(argv);
    expect(ending.hresult).toBe(0x80070057);
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
