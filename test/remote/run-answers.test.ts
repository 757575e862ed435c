import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sshOptions } from '../../src/remote/connect-target';
import { planConnection } from '../../src/remote/plan';
import { RunAnswers } from '../../src/remote/run-answers';
import { runPorts } from '../../src/remote/run-ports';
import { Secret } from '../../src/transports/secret';
import { connectSsh } from '../../src/transports/ssh/connect';
import { firstUnknownKey, mayMeetUnknownKey } from '../../src/transports/ssh/unknown-host-key';
import { testPorts } from '../fixtures/remote-ports';
import { hasSshd, makeKey, type Sshd, sshdNote, startSshd } from '../fixtures/sshd';

test('a secret answers its own question and no other', async () => {
  const answers = new RunAnswers();
  answers.keep('Password for admin@pc-1: ', new Secret('one'));
  const ports = runPorts(testPorts('/nowhere'), answers);
  expect((await ports.askSecret('Password for admin@pc-1: '))?.reveal()).toBe('one');
  expect(await ports.askSecret('Password for admin@pc-2: ')).toBeNull();
  expect(await ports.askYesNo('anything (yes/no)? ')).toBeNull();
});

(hasSshd ? describe : describe.skip)(`a host key that was asked about${sshdNote}`, () => {
  let folder = '';
  let sshd: Sshd;
  let hosts = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-answers-'));
    sshd = await startSshd({ authorized: [`${makeKey(folder, 'id', 'ed25519')}.pub`] });
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    hosts = join(folder, 'hosts');
    writeFileSync(hosts, '');
  });

  const options = async (answers: RunAnswers): Promise<ReturnType<typeof sshOptions>> => {
    const ports = runPorts(testPorts(folder), answers);
    const said = { knownHosts: hosts, identity: [join(folder, 'id')], targets: [] };
    const machine = `ssh://${sshd.user}@127.0.0.1:${sshd.port}`;
    return sshOptions(await planConnection({ machine, account: null }, said, ports), { ports });
  };

  test('it is found without signing in, and taken for that run where it is the same', async () => {
    const answers = new RunAnswers();
    const asked = await firstUnknownKey(await options(answers));
    expect(asked).toMatchObject({ isTargets: true, question: { keyType: 'ssh-ed25519' } });
    expect(readFileSync(hosts, 'utf8')).toBe('');
    await expect(connectSsh(await options(answers))).rejects.toMatchObject({ step: 'host-key' });
    answers.trust(asked!.question);
    (await connectSsh(await options(answers))).close();
    expect(readFileSync(hosts, 'utf8')).toContain(`[127.0.0.1]:${sshd.port} ssh-ed25519 `);
    expect(mayMeetUnknownKey(await options(answers))).toBe(false);
    expect(await firstUnknownKey(await options(new RunAnswers()))).toBeNull();
  });

  test('another one that stands there in the meantime is not taken', async () => {
    const answers = new RunAnswers();
    const asked = await firstUnknownKey(await options(answers));
    answers.trust({ ...asked!.question, fingerprint: `SHA256:${'A'.repeat(43)}` });
    await expect(connectSsh(await options(answers))).rejects.toMatchObject({ step: 'host-key' });
    expect(readFileSync(hosts, 'utf8')).toBe('');
  });
});
