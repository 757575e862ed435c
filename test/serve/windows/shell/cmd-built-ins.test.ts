import { run, TestMachine } from './machine';

describe('set /a', () => {
  test.each<[string, string]>([
    ['1+2*3', '7'],
    ['(1+2)*3', '9'],
    ['"7 / 2"', '3'],
    ['-7/2', '-3'],
    ['-7 % 3', '-1'],
    ['0x10+010', '24'],
    ['2147483647+1', '-2147483648'],
    ['"1<<4|1"', '17'],
    ['"6^3"', '5'],
    ['!0+~0', '0'],
    ['nothing_+5', '5'],
    ['A=5,B=A*2,A+B', '15'],
    ['"A=3, A+=4, A<<=1"', '14'],
    ['A=B=6', '6'],
    ['- - 3', '3'],
    ['OS+1', '1'],
  ])('%s', async (expression, stdout) => {
    expect(await run(`set /a ${expression}`)).toMatchObject({ stdout, stderr: '', exitCode: 0 });
  });

  test.each<[string, string, number]>([
    ['1/0', 'Divide by zero error.', 1073750993],
    ['1+', 'Missing operand.', 1073750989],
    ['1 2', 'Missing operator.', 1073750990],
    ['"(1+2"', 'Unbalanced parenthesis.', 1073750988],
    ['08', 'Invalid number.  Numeric constants', 1073750991],
    ['12345678901', 'Invalid number.  Numbers are limited', 1073750992],
  ])('%s: Windows says what is wrong, and sets nothing', async (expression, problem, exitCode) => {
    const ran = await run(`set /a ${expression}`);
    expect(ran).toMatchObject({ stdout: '', exitCode });
    expect(ran.stderr.startsWith(problem)).toBe(true);
    expect((await run('(set /a B_=1,1/0) 2>nul & set B_')).exitCode).toBe(1);
  });

  test('a variable that it sets is seen in its own line behind a delay', async () => {
    // %N% stays as it is, because N was not set when the line was read.
    expect((await run('set N=4 & set /a N=%N%+1')).exitCode).toBe(1073750989);
    expect((await run('cmd /v:on /c "set /a N=4*2 >nul & echo [!N!]"')).stdout).toBe('[8]\r\n');
    expect((await run(`set /a ${'('.repeat(5000)}1`)).exitCode).toBe(1073750989);
  });
});

test('pushd and popd go there and back', async () => {
  expect((await run('pushd C:\\Temp & cd & popd & cd')).stdout).toBe('C:\\Temp\r\nC:\\Users\\Admin\r\n');
  expect((await run('pushd C:\\Temp & pushd C:\\Windows & pushd & popd & popd & cd')).stdout).toBe(
    'C:\\Temp\r\nC:\\Users\\Admin\r\nC:\\Users\\Admin\r\n',
  );
  expect(await run('pushd C:\\none')).toMatchObject({
    stderr: 'The system cannot find the path specified.\r\n',
    exitCode: 1,
  });
  expect(await run('popd')).toMatchObject({ exitCode: 1, stdout: '' });
  expect(await run('pushd \\\\server\\share')).toMatchObject({ exitCode: 120 });
});

test('dir shows a folder as Windows does', async () => {
  const machine = new TestMachine();
  // The blank in front of & is part of the text, as in Windows.
  await machine.run('md C:\\Temp\\logs & echo hello> C:\\Temp\\a.txt & echo x> C:\\Temp\\b.log');
  const when = '01/01/1970  12:00 AM';
  const { stdout } = await machine.run('dir C:\\Temp');
  const free = /[\d,]+(?= bytes free)/.exec(stdout)?.[0] ?? '';
  expect(stdout.split('\r\n')).toEqual([
    ' Volume in drive C has no label.',
    ' Volume Serial Number is 51C3-0D15',
    '',
    ' Directory of C:\\Temp',
    '',
    `${when}    <DIR>          .`,
    `${when}    <DIR>          ..`,
    `${when}                 8 a.txt`,
    `${when}                 3 b.log`,
    `${when}    <DIR>          logs`,
    '               2 File(s)             11 bytes',
    `               3 Dir(s)      ${free} bytes free`,
    '',
  ]);
  expect((await machine.run('dir /b C:\\Temp\\*.txt')).stdout).toBe('a.txt\r\n');
  expect((await machine.run('dir /b /ad C:\\Temp')).stdout).toBe('logs\r\n');
  expect((await machine.run('dir /b /a-d C:\\Temp')).stdout).toBe('a.txt\r\nb.log\r\n');
  const none = await machine.run('dir C:\\Temp\\none.txt');
  expect(none).toMatchObject({ stderr: 'File Not Found\r\n', exitCode: 1 });
  expect(none.stdout).toContain(' Directory of C:\\Temp\r\n');
  for (const line of ['dir /s', 'dir C:\\T?mp\\a.txt', 'dir C:\\Temp C:\\Users'])
    expect(await machine.run(line)).toMatchObject({ exitCode: 120, stdout: '' });
  expect((await machine.run('vol')).stdout).toContain('51C3-0D15');
});
