import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess, type Ran } from '../storm/in-process';

interface Entry {
  readonly id: string;
  readonly installationId: string;
  readonly product: string;
  readonly confirmationId: string | null;
  readonly machine?: string;
}

interface Applied {
  readonly machine: string;
  readonly outcome: string;
  readonly changed: boolean;
  readonly step: string | null;
}

const windows = 'Windows 10 Enterprise';

describe('proxy activation', () => {
  const program = new InProcess(null);
  afterAll(() => {
    program.remove();
  });

  const file = (name: string, text?: string): string => {
    const path = join(program.files, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
  const entries = (path: string): readonly Entry[] =>
    (JSON.parse(readFileSync(path, 'utf8')) as { readonly entries: readonly Entry[] }).entries;
  const collect = (path: string, machines: string, grade = 'full'): Promise<Ran> =>
    program.run(['fleet', 'proxy', 'collect', machines, '--out', path, '--grade', grade]);
  const results = async (path: string): Promise<readonly Applied[]> => {
    const { out } = await program.run(['fleet', 'proxy', 'apply', path, '--yes', '--json']);
    const { data } = JSON.parse(out) as { readonly data: { readonly results: readonly Applied[] } };
    return data.results
      .map(({ machine, outcome, changed, step }) => ({ machine, outcome, changed, step }))
      .sort((one, other) => one.machine.localeCompare(other.machine));
  };
  const confirmationOf = async (installationId: string): Promise<string> =>
    (await program.ok('lab', 'confirm', installationId)).trim();
  const mak = async (machines: number): Promise<string> =>
    (
      await program.ok('lab', 'mint-key', '--type', 'mak', '--for', windows, '--pool', String(machines))
    ).trim();
  const add = async (name: string, count: number): Promise<string> => {
    const key = await mak(count);
    await program.ok('lab', 'add', name, '--product', windows, '--count', String(count));
    await program.ok(`${name}-*`, '/ipk', key, '--yes');
    return key;
  };

  beforeAll(async () => {
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'KMSCLIENT', '--product', windows);
  });

  test('collected, filled by the telephone and applied, each once', async () => {
    await add('ONE', 3);
    await program.ok('ONE-003', '/atp', await confirmationOf(await installationOf('ONE-003')));
    const path = file('one.proxy');
    const collected = await collect(path, 'ONE-*,KMSCLIENT');
    expect(collected).toMatchObject({ status: 0, out: `2 installation IDs in ${path}.\n` });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(entries(path).map(({ machine }) => machine)).toEqual(['ONE-001', 'ONE-002']);
    expect(await program.run(['fleet', 'proxy', 'apply', path, '--yes'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('has no confirmation ID yet') as string,
    });
    const filled = await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab']);
    expect(filled.out).toBe(`2 confirmation IDs filled into ${path}, none is open.\n`);
    // Nobody can be asked here.
    expect(await program.run(['fleet', 'proxy', 'apply', path])).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('--yes') as string,
    });
    const changed = (machine: string): Applied => ({
      machine,
      outcome: 'changed',
      changed: true,
      step: null,
    });
    expect(await results(path)).toEqual([changed('ONE-001'), changed('ONE-002')]);
    const ok = (machine: string): Applied => ({ machine, outcome: 'ok', changed: false, step: null });
    expect(await results(path)).toEqual([ok('ONE-001'), ok('ONE-002')]);
    expect(await program.ok('ONE-001', '/dli')).toContain('License Status: Licensed');
    expect((await collect(file('two.proxy'), 'ONE-*')).out).toContain('0 installation IDs');
  });

  const installationOf = async (machine: string): Promise<string> =>
    /\d{54,63}/.exec(await program.ok(machine, '/dti'))?.[0] ?? '';

  test('each grade says what it says, under the same ids, and no key', async () => {
    const key = await add('SITE', 2);
    const path = (grade: string): string => file(`${grade}.proxy`);
    for (const grade of ['full', 'nameless', 'minimal'])
      expect((await collect(path(grade), 'SITE-*', grade)).status).toBe(0);
    const full = readFileSync(path('full'), 'utf8');
    expect(full).toContain('"machine": "SITE-001"');
    const nameless = readFileSync(path('nameless'), 'utf8');
    expect(nameless).toContain('Windows(R), Enterprise edition');
    const minimal = readFileSync(path('minimal'), 'utf8');
    for (const entry of entries(path('minimal'))) {
      expect(Object.keys(entry).sort()).toEqual(['confirmationId', 'id', 'installationId', 'product']);
    }
    expect(entries(path('minimal')).map(({ id }) => id)).toEqual(entries(path('full')).map(({ id }) => id));
    expect(`${nameless}${minimal}`).not.toMatch(/SITE/i);
    expect(`${full}${nameless}${minimal}`).not.toContain(key.slice(0, 23));
    expect(
      (await program.run(['fleet', 'proxy', 'fill', path('minimal'), '--telephone', 'lab'])).status,
    ).toBe(0);
    expect((await results(path('minimal'))).map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
  });

  test('from a table, with blanks and hyphens; a mistake in it changes nothing', async () => {
    await add('CSV', 3);
    const path = file('csv.proxy');
    await collect(path, 'CSV-*', 'minimal');
    const [one, two] = entries(path);
    const inGroups = (digits: string): string => digits.replace(/(\d{6})(?=\d)/g, '$1-');
    const first = await confirmationOf(one?.installationId ?? '');
    const second = await confirmationOf(two?.installationId ?? '');
    const wrong = second.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
    const table = (...rows: readonly (readonly [string | undefined, string])[]): string =>
      file(
        'answers.csv',
        `Installation ID;Confirmation ID\r\n${rows.map((row) => `${row.join(';')}\r\n`).join('')}`,
      );
    const fill = (from: string): Promise<Ran> =>
      program.run(['fleet', 'proxy', 'fill', path, '--from', from]);
    const before = readFileSync(path, 'utf8');
    expect(await fill(table([one?.installationId, first], [two?.installationId, wrong]))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/answers\.csv: line 3: group H has a typing error/) as string,
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    const foreign = '1'.repeat(63);
    expect(
      await fill(table([one?.installationId, inGroups(first)], [two?.installationId, ''], [foreign, second])),
    ).toMatchObject({ status: 3, err: expect.stringContaining('1 installation IDs of') as string });
    expect(await fill(table([two?.installationId, second]))).toMatchObject({
      status: 3,
      out: `1 confirmation ID filled into ${path}, 1 still open.\n`,
    });
    expect(entries(path).map(({ confirmationId }) => confirmationId)).toEqual([first, second, null]);
    // Another list that was filled elsewhere is a source too.
    const other = file('other.proxy');
    await collect(other, 'CSV-*');
    expect((await program.run(['fleet', 'proxy', 'fill', other, '--from', path])).status).toBe(3);
    expect((await results(other)).map(({ machine, outcome }) => [machine, outcome])).toEqual([
      ['CSV-001', 'changed'],
      ['CSV-002', 'changed'],
      ['CSV-003', 'skipped'],
    ]);
  });

  test('a machine whose key or hardware is another one now is left as it is, the others go on', async () => {
    await add('MOVED', 4);
    const path = file('moved.proxy');
    await collect(path, 'MOVED-*');
    await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab']);
    await program.ok('MOVED-001', '/ipk', await mak(1));
    await program.ok('lab', 'hardware-change', 'MOVED-002');
    await program.ok('MOVED-003', '/upk');
    const refused = (machine: string): Applied => ({
      machine,
      outcome: 'failed',
      changed: false,
      step: 'changed-since-collect',
    });
    expect(await results(path)).toEqual([
      refused('MOVED-001'),
      refused('MOVED-002'),
      refused('MOVED-003'),
      { machine: 'MOVED-004', outcome: 'changed', changed: true, step: null },
    ]);
  });

  test('after a reinstallation on the same hardware the confirmation ID of then is in the file', async () => {
    const key = await add('AGAIN', 1);
    const path = file('again.proxy');
    await collect(path, 'AGAIN-*');
    await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab']);
    // What was never applied is not offered again: nobody knows whether it is right.
    expect((await collect(file('early.proxy'), 'AGAIN-*')).out).not.toContain('before');
    await results(path);
    await program.ok('AGAIN-001', '/upk');
    await program.ok('AGAIN-001', '/ipk', key);
    expect(await program.ok('AGAIN-001', '/dli')).not.toContain('License Status: Licensed');
    const anew = file('anew.proxy');
    expect((await collect(anew, 'AGAIN-*', 'minimal')).out).toContain(
      '1 of them with the confirmation ID of an activation before',
    );
    expect(entries(anew)).toEqual([
      expect.objectContaining({ confirmationId: entries(path)[0]?.confirmationId }),
    ]);
    expect((await results(anew)).map(({ outcome }) => outcome)).toEqual(['changed']);
    // On other hardware it is another installation ID.
    await program.ok('lab', 'hardware-change', 'AGAIN-001');
    await program.ok('AGAIN-001', '/upk');
    await program.ok('AGAIN-001', '/ipk', key);
    expect((await collect(file('other.proxy'), 'AGAIN-*')).out).not.toContain('before');
  });

  test('a telephone that refuses leaves the rest open, with the reason', async () => {
    const key = await mak(1);
    await program.ok('lab', 'add', 'FEW', '--product', windows, '--count', '2');
    await program.ok('FEW-*', '/ipk', key, '--yes');
    const path = file('few.proxy');
    await collect(path, 'FEW-*');
    const filled = await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab', '--json']);
    expect(filled.status).toBe(3);
    const { data } = JSON.parse(filled.out) as { readonly data: unknown };
    expect(data).toMatchObject({
      filled: 1,
      open: [{ machine: 'FEW-002', hresult: '0xC004C020' }],
    });
  });

  test('a machine that is away keeps the file from none of the others', async () => {
    await add('AWAY', 2);
    await program.ok('lab', 'stop', 'AWAY-002');
    const path = file('away.proxy');
    expect((await collect(path, 'AWAY-*')).status).toBe(3);
    expect(entries(path)).toHaveLength(1);
    const none = file('none.proxy', 'as it was');
    expect((await collect(none, 'AWAY-002')).status).toBe(4);
    expect(readFileSync(none, 'utf8')).toBe('as it was');
    await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab']);
    await program.ok('lab', 'stop', 'AWAY-001');
    expect(await results(path)).toMatchObject([{ outcome: 'unreachable', changed: false }]);
    await program.ok('lab', 'start', 'AWAY-001');
    expect(await results(path)).toMatchObject([{ outcome: 'changed' }]);
  });

  test.each([
    ['an empty file', '', 'it is no file of'],
    ['half a file', '{"format": "slmgr-proxy", "version": 1, "entries": [', 'it is no JSON'],
    [
      'a file of a newer program',
      '{"format":"slmgr-proxy","version":2,"grade":"full","entries":[]}',
      'version',
    ],
    [
      'an id twice',
      JSON.stringify({ format: 'slmgr-proxy', version: 1, grade: 'minimal', entries: [row(1), row(1)] }),
      'is in it twice',
    ],
    [
      'another inventory',
      JSON.stringify({ format: 'slmgr-proxy', version: 1, grade: 'minimal', entries: [row(2)] }),
      'was collected with another inventory',
    ],
    [
      'nothing in it',
      JSON.stringify({ format: 'slmgr-proxy', version: 1, grade: 'minimal', entries: [] }),
      'has no installation ID',
    ],
  ])('%s is refused by its name, and nothing is sent', async (name, text, message) => {
    const path = file(`${name}.bad`, text);
    const ran = await program.run(['fleet', 'proxy', 'apply', path, '--yes']);
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toContain(path);
    expect(ran.err).toContain(message);
  });

  test('nobody to type them, two sources at once, a file that was changed by hand', async () => {
    await add('HAND', 2);
    const path = file('hand.proxy');
    await collect(path, 'HAND-*');
    expect(await program.run(['fleet', 'proxy', 'fill', path])).toMatchObject({
      status: 1,
      err: expect.stringContaining('Nobody can be asked here') as string,
    });
    expect(
      await program.run(['fleet', 'proxy', 'fill', path, '--from', 'x', '--telephone', 'lab']),
    ).toMatchObject({ status: 1, err: expect.stringContaining('two sources') as string });
    await program.run(['fleet', 'proxy', 'fill', path, '--telephone', 'lab']);
    const [one, two] = entries(path);
    const swapped = readFileSync(path, 'utf8')
      .replace(one?.id ?? '', '?')
      .replace(two?.id ?? '', one?.id ?? '')
      .replace('?', two?.id ?? '');
    expect(
      await program.run(['fleet', 'proxy', 'apply', file('swapped.proxy', swapped), '--yes']),
    ).toMatchObject({ status: 1, out: '', err: expect.stringContaining('was changed') as string });
    // What the inventory forgot is left out, and said so.
    await program.ok('fleet', 'forget', 'HAND-002', '--yes');
    const ran = await program.run(['fleet', 'proxy', 'apply', path, '--yes']);
    expect(ran).toMatchObject({ status: 3, err: expect.stringContaining('1 entries of the file') as string });
    expect(ran.out).toContain('HAND-001 (1) changed');
  });
});

/** An entry that no inventory has. */
function row(number: number): Entry {
  return {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    installationId: '1'.repeat(63),
    product: '11111111-1111-1111-1111-111111111111',
    confirmationId: '2'.repeat(48),
  };
}
