import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeLaboratories } from '../../lab/estate/laboratories';
import { askAgent, run, SshServed, twoMachines } from './support';

const marker = 'text of the real computer';
let folder: string;
let served: SshServed;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slmgr-boundary-'));
  writeFileSync(join(folder, 'secret'), marker);
  served = await SshServed.start(twoMachines());
});

afterEach(async () => {
  await served.close();
  closeLaboratories();
  rmSync(folder, { recursive: true, force: true });
});

describe('a served machine knows its own few files and nothing else', () => {
  test.each(['admin', 'joe'])('the agent reads no file of this computer for %s', async (user) => {
    const client = await served.connect(user);
    const paths = [join(folder, 'secret'), '/etc/passwd', '/dev/zero', '../../etc/passwd', '', folder];
    for (const path of paths) {
      const [result] = await askAgent(client, { op: 'files-read', path });
      expect(result).toMatchObject({ ok: false, error: { hresult: '0x80070002' } });
    }
  });

  test('nor does an argument that is said to be a file, over the agent and the script', async () => {
    const client = await served.connect('admin');
    const [service] = await askAgent(client, {
      ...{ op: 'query', class: 'SoftwareLicensingService', select: ['Version'], filter: { kind: 'all' } },
    });
    const { Version } = (service as { value: { Version: string }[] }).value[0]!;
    const file = { name: 'License', type: 'file', value: join(folder, 'secret') };
    const [result] = await askAgent(client, {
      ...{ op: 'invoke', class: 'SoftwareLicensingService', keyName: 'Version', key: Version },
      ...{ method: 'InstallLicense', args: [file] },
    });
    expect(JSON.stringify(result)).not.toContain(marker);
    expect(result).toMatchObject({ ok: false, error: { hresult: '0x80070002' } });
  });

  test('/ilc with a pipe of this computer is refused at once and blocks nobody', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const client = await served.connect('admin');
    const { stdout, status } = await run(client, `cscript //nologo slmgr.vbs /ilc ${pipe}`);
    expect(stdout).toContain('0x80070002');
    expect(status).not.toBe(0);
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
  });

  test('a file that was copied to the machine is read, in any case and with either slash', async () => {
    const client = await served.connect('admin');
    await run(client, String.raw`echo copied > C:\Temp\a.xrm-ms`);
    const [result] = await askAgent(client, { op: 'files-read', path: 'c:/temp/A.XRM-MS' });
    expect(result).toEqual({ ok: true, value: 'copied \r\n' });
    const missing = await run(client, 'cscript //nologo slmgr.vbs /ilc C:\\Temp\\none.xrm-ms');
    expect(missing.stdout).toContain('0x80070002');
  });
});
