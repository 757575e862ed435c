import { Program } from './program';

const password = 'Passw0rd-1!';
let program: Program;

beforeAll(() => {
  program = new Program();
  program.ok('lab', 'init');
  program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  const add = (...words: readonly string[]): void => {
    const added = program.runWith({ input: `${password}\n` }, 'lab', 'account', 'add', ...words);
    expect(added.status).toBe(0);
  };
  add('admin', '--password-stdin');
  add('joe', '--standard', '--password-stdin');
}, 60_000);

afterAll(() => {
  program.remove();
});

describe('who acts on a machine of the lab', () => {
  test('nobody on the line: the administrator of the estate', () => {
    expect(program.ok('KMS01', '/dli')).toContain('ServerDatacenter');
  });

  test('a user who is named must exist there with that password', () => {
    expect(program.ok('KMS01', 'admin', password, '/dli')).toContain('ServerDatacenter');
    expect(program.ok('KMS01', String.raw`CORP\ADMIN`, password, '/dli')).toContain('ServerDatacenter');
    for (const [user, given] of [
      ['admin', 'WRONG'],
      ['admin', ''],
      ['nobody', password],
    ] as const) {
      const { status, stdout } = program.run('KMS01', user, given, '/dli');
      expect(stdout).toMatch(/^Error 0x80070005 occurred in connecting to server KMS01/);
      expect(status).toBe(5);
    }
    const asked = program.runWith({ input: `${password}\n` }, 'KMS01', 'admin', '-', '/dli');
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(program.runWith({ input: 'WRONG\n' }, 'KMS01', 'admin', '-', '/dli').status).toBe(5);
  });

  test('and has the rights of that account, also within lab exec', () => {
    expect(program.run('KMS01', 'joe', password, '/upk').stdout).toContain('Access denied');
    const exec = (...words: readonly string[]): string =>
      program.run('lab', 'exec', 'KMS01', '--', 'slmgr', ...words).stdout;
    expect(exec('localhost', 'admin', 'WRONG', '/dli')).toContain('0x80070005');
    expect(exec('KMS01', 'admin', 'WRONG', '/dli')).toContain('0x80070005');
    expect(exec('localhost', 'admin', password, '/dli')).toContain('ServerDatacenter');
  });
});
