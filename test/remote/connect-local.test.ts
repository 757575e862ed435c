import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { bundle } from '../fixtures/bundle';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLocal } from '../../src/remote/connect-local';
import { testPorts } from '../fixtures/remote-ports';

/** A program in place of powershell.exe that plays a machine: bundled, since it runs outside of the tests. */
const program = `
import { answerRequest } from './src/providers/windows/bridge/answer-request';
import { parseRequest } from './src/providers/windows/bridge/answer-schema';
import { printedAnswer, questionIn } from './src/providers/windows/bridge/envelope';
import { LicensingError } from './src/licensing/provider';
const [role] = process.argv.slice(2);
const provider: any = {
  query: async ({ select }: any) => {
    if (role === 'standard') throw new LicensingError(0x80041003 as never, 'denied');
    return [Object.fromEntries(select.map((name: string) => [name, name === 'Version' ? '10.0.26100.1' : '']))];
  },
};
const host = { computer: 'HERE', user: 'me', elevated: role !== 'standard', languageMode: 'FullLanguage', powerShell: '5.1', system: null, now: null };
let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', async () => {
  const { text, ticket } = questionIn(input) ?? { text: '', ticket: '' };
  const answer = await answerRequest(provider, parseRequest(text), host);
  process.stdout.write(printedAnswer(answer, ticket));
});
`;

describe('the local machine on Windows', () => {
  let folder = '';
  let file = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-here-'));
    file = join(folder, 'play.cjs');
    const resolveDir = join(__dirname, '..', '..');
    const stdin = { contents: program, loader: 'ts', resolveDir } as const;
    bundle({ stdin, outfile: file });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = (role: string): ReturnType<typeof connectLocal> =>
    connectLocal({ ports: testPorts(folder), shell: { program: process.execPath, before: [file, role] } });

  test('is read through a local PowerShell', async () => {
    const provider = await open('administrator');
    const query = {
      class: 'SoftwareLicensingService',
      select: ['Version'],
      filter: { kind: 'all' },
    } as const;
    expect(await provider.query(query)).toEqual([{ Version: '10.0.26100.1' }]);
    expect(provider.description).toEqual({ kind: 'windows', machine: '.' });
    expect(provider.cost.roundTrips).toBe(1);
    await provider.close();
  });

  test('a process without elevation is told so', async () => {
    await expect(open('standard')).rejects.toMatchObject({ step: 'elevation', hresult: 0x80041003 });
  });

  test('a licence file of this computer is read here', async () => {
    const provider = await open('administrator');
    const path = join(folder, 'a.xrm-ms');
    writeFileSync(path, '<r:license/>');
    expect(await provider.files.read(path)).toBe('<r:license/>');
    await expect(provider.files.read(join(folder, 'absent'))).rejects.toMatchObject({ hresult: 0x80070002 });
  });
});
