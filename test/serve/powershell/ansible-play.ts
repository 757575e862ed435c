import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, works, type Ended } from '../../protocol/served-lab';
import { password } from '../windows/support';

/** Where a Debian or an ansible-galaxy puts collections. */
const places = [
  ...(process.env['ANSIBLE_COLLECTIONS_PATH'] ?? '').split(':'),
  '/usr/lib/python3/dist-packages',
  '/usr/share/ansible/collections',
  join(process.env['HOME'] ?? '/', '.ansible/collections'),
].filter((place) => place !== '');

/**
 * Why no playbook with Ansible's modules for Windows is run here; null where one is. Each module compiles for seconds,
 * a playbook for minutes on a busy computer: they are played where SLMGR_TEST_ANSIBLE asks for it.
 */
export function missingForPlays(): string | null {
  if (process.env['SLMGR_TEST_ANSIBLE'] === undefined) return 'SLMGR_TEST_ANSIBLE';
  if (!works('ansible-playbook', '--version')) return "Debian's ansible-core";
  const collection = 'ansible_collections/ansible/windows/plugins/modules/win_ping.ps1';
  return places.some((place) => existsSync(join(place, collection)))
    ? null
    : 'the collection ansible.windows';
}

export interface Way {
  readonly kind: 'ssh' | 'winrm';
  readonly port: number;
}

function variables({ kind, port }: Way): readonly string[] {
  const common = [`ansible_port=${port}`, 'ansible_user=admin', `ansible_password=${password}`];
  if (kind === 'winrm')
    return [
      ...common,
      ...['ansible_connection=winrm', 'ansible_winrm_transport=ntlm', 'ansible_winrm_scheme=http'],
      ...['ansible_winrm_operation_timeout_sec=120', 'ansible_winrm_read_timeout_sec=180'],
    ];
  const options =
    '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ControlMaster=no -o PreferredAuthentications=password';
  return [
    ...common,
    // The program ssh with sshpass where that is there, else Ansible's own client.
    ...(works('sshpass', '-V')
      ? ['ansible_connection=ssh', `ansible_ssh_common_args='${options}'`]
      : ['ansible_connection=paramiko']),
    'ansible_shell_type=powershell',
  ];
}

const tasks = {
  ping: `
    - ansible.windows.win_ping: { data: hello }
      register: ping
    - ansible.builtin.assert: { that: "ping.ping == 'hello'" }`,
  regedit: String.raw`
    - ansible.windows.win_regedit: { path: 'HKLM:\SOFTWARE\Contoso\Play', name: Answer, data: 42, type: dword }
      register: written
    - ansible.builtin.assert: { that: written is changed }`,
  service: `
    - ansible.windows.win_service: { name: sppsvc, state: stopped }
      register: service
    - ansible.builtin.assert: { that: "service is changed and service.state == 'stopped' and service.start_mode == 'auto'" }`,
  shell: `
    - ansible.windows.win_shell: |
        $service = Get-CimInstance SoftwareLicensingService
        "$env:COMPUTERNAME $($service.Version)"
        exit 3
      register: shell
      failed_when: shell.rc != 3
    - ansible.builtin.assert: { that: "shell.stdout is search('^KMS01 10.0.20348')" }`,
  role: `
    - ansible.builtin.include_role: { name: kms_client }`,
} as const;

export type Task = keyof typeof tasks;

/** What a runbook does with slmgr on Windows. */
const role = String.raw`
- name: The KMS host is as wanted
  ansible.windows.win_command: cscript.exe //nologo C:\Windows\System32\slmgr.vbs /skms {{ kms_host }}
  register: set
  changed_when: "'successfully' in set.stdout"
`;

/** Plays tasks with Ansible's own modules on a served machine. */
export async function play(folder: string, way: Way, names: readonly Task[]): Promise<Ended> {
  const home = join(folder, `play-${way.kind}`);
  mkdirSync(join(home, 'roles/kms_client/tasks'), { recursive: true });
  writeFileSync(join(home, 'roles/kms_client/tasks/main.yml'), role);
  const inventory = ['kms01 ansible_host=127.0.0.1', '[all:vars]', ...variables(way), ''].join('\n');
  writeFileSync(join(home, 'inventory'), inventory, { mode: 0o600 });
  const steps = names.map((name) => tasks[name]).join('');
  writeFileSync(join(home, 'site.yml'), `- hosts: all\n  gather_facts: false\n  tasks:${steps}\n`);
  return await run(
    'ansible-playbook',
    ['-i', join(home, 'inventory'), '-e', 'kms_host=kms.play.test', join(home, 'site.yml')],
    {
      env: {
        OPENSSL_CONF: join(__dirname, '../../protocol/peers/legacy-openssl.cnf'),
        ...{ HOME: home, ANSIBLE_HOME: home, ANSIBLE_LOCAL_TEMP: home, ANSIBLE_NOCOLOR: '1' },
        ANSIBLE_COLLECTIONS_PATH: places.join(':'),
        ANSIBLE_HOST_KEY_CHECKING: 'False',
      },
      timeout: 900_000,
    },
  );
}
