import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, run, ServedLab, testWith, works, type Ended } from './served-lab';

const legacy = { OPENSSL_CONF: join(__dirname, 'peers', 'legacy-openssl.cnf') };
const withAnsible = testWith(works('ansible-playbook', '--version'), "Debian's ansible-core");

const lab = new ServedLab();

beforeAll(() => lab.start(), 120_000);
afterAll(() => lab.stop(), 30_000);

/** A role as runbooks have it: what it sets, the restart of the service, and what it then expects. */
const role = readFileSync(join(__dirname, 'peers', 'kms-role.yaml'), 'utf8');

async function play(vars: readonly string[]): Promise<Ended> {
  const folder = join(lab.program.home, `role-${vars[0]?.replaceAll(/\W/g, '') ?? ''}`);
  mkdirSync(join(folder, 'roles/kms/tasks'), { recursive: true });
  const { user, password } = accounts.admin;
  const all = [...vars, `ansible_user=${user}`, `ansible_password=${password}`, ''];
  writeFileSync(
    join(folder, 'inventory'),
    ['kms01 ansible_host=127.0.0.1', '[all:vars]', ...all].join('\n'),
    { mode: 0o600 },
  );
  const key = lab.program
    .ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2022 Datacenter')
    .trim();
  writeFileSync(join(folder, 'roles/kms/tasks/main.yml'), role);
  writeFileSync(join(folder, 'site.yml'), '- hosts: all\n  gather_facts: false\n  roles: [kms]\n');
  return await run(
    'ansible-playbook',
    ['-i', join(folder, 'inventory'), '-e', `kms_key=${key}`, join(folder, 'site.yml')],
    {
      env: {
        ...legacy,
        ...{ HOME: folder, ANSIBLE_HOME: folder, ANSIBLE_LOCAL_TEMP: folder, ANSIBLE_NOCOLOR: '1' },
        ANSIBLE_HOST_KEY_CHECKING: 'False',
      },
    },
  );
}

describe("a role of Debian's Ansible that calls slmgr, reg and net", () => {
  withAnsible('over WinRM', async () => {
    const played = await play([
      'ansible_connection=winrm',
      `ansible_port=${lab.port('winrm')}`,
      ...['ansible_winrm_transport=ntlm', 'ansible_winrm_scheme=http', 'ansible_shell_type=powershell'],
    ]);
    expect(played.stdout).toMatch(/kms01 +: ok=9 +changed=6 +unreachable=0 +failed=0/);
    expect(played.status).toBe(0);
  });

  withAnsible('over SSH', async () => {
    const played = await play([
      'ansible_connection=paramiko',
      `ansible_port=${lab.port('ssh')}`,
      'ansible_shell_type=cmd',
    ]);
    expect(played.stdout).toMatch(/kms01 +: ok=9 +changed=6 +unreachable=0 +failed=0/);
    expect(played.status).toBe(0);
  });
});
