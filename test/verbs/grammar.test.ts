import * as fc from 'fast-check';
import { connectsBeforeComplaint, parseCommandLine } from '../../src/verbs/grammar';
import { verbs } from '../../src/verbs/table';

function parsed(...argv: string[]): unknown {
  const line = parseCommandLine(argv);
  return line.kind === 'call'
    ? { verb: line.verb.name, args: line.args, target: line.target }
    : { complaint: line.complaint, target: line.target };
}

const local = { kind: 'local' };

describe("slmgr's own grammar", () => {
  test.each(['/dli', '-dli', '/DLI', '-Dli'])('%s is the verb dli', (word) => {
    expect(parsed(word)).toEqual({ verb: 'dli', args: [], target: local });
  });

  test('one word before the verb is a machine', () => {
    const target = { kind: 'remote', machine: 'server01', account: null };
    expect(parsed('server01', '/ato')).toEqual({ verb: 'ato', args: [], target });
  });

  test('three words before the verb are a machine and an account', () => {
    const account = { user: 'CORP\\admin', password: 's3cret' };
    expect(parsed('server01', 'CORP\\admin', 's3cret', '/dlv', 'all')).toEqual({
      verb: 'dlv',
      args: ['all'],
      target: { kind: 'remote', machine: 'server01', account },
    });
  });

  test('a lone dot is the local machine, whoever asks', () => {
    expect(parsed('.', '/ao-list')).toEqual({ verb: 'ao-list', args: [], target: local });
    expect(parsed('.', 'user', 'password', '/dli')).toEqual({ verb: 'dli', args: [], target: local });
    expect(parsed('.', 'user', '/dli')).toMatchObject({ complaint: { kind: 'invalid-combination' } });
  });

  test('a lone - in the place of the password asks for it', () => {
    const account = { user: 'CORP\\admin', password: '-' };
    const target = { kind: 'remote', machine: 'server01', account };
    expect(parsed('server01', 'CORP\\admin', '-', '/dlv')).toEqual({ verb: 'dlv', args: [], target });
    expect(parsed('server01', 'CORP\\admin', '-')).toEqual({
      complaint: { kind: 'invalid-combination' },
      target: local,
    });
  });

  test.each([
    [[]],
    [['server01']],
    [['server01', 'user', '/dli']],
    [['a', 'b', 'c', 'd', '/dli']],
    [['a', 'b', 'c', 'd', 'e', '/dli']],
  ])('%j is an invalid combination', (argv: string[]) => {
    expect(parsed(...argv)).toEqual({ complaint: { kind: 'invalid-combination' }, target: local });
  });

  test.each(['/', '-', '--dli', '//dli', '/?', '-h', '/foo', '/dli/'])('%s is no option', (option) => {
    expect(parsed(option)).toEqual({ complaint: { kind: 'unrecognized-option', option }, target: local });
  });

  test('words behind the ones that a verb takes are ignored', () => {
    expect(parsed('/ipk', 'KEY', 'more')).toMatchObject({ verb: 'ipk', args: ['KEY'] });
    expect(parsed('/cpky', 'more')).toMatchObject({ verb: 'cpky', args: [] });
  });

  test('a word that looks like a verb behind the verb is an argument', () => {
    expect(parsed('/skms', '/x')).toMatchObject({ verb: 'skms', args: ['/x'] });
  });

  test.each([
    [['/ipk'], '<Product Key>'],
    [['/skms'], '<Name[:Port] | : port>'],
    [['/ril'], '<ILID> <ILvID>'],
    [['/ril', 'id'], '<ILID> <ILvID>'],
    [['/fta'], '<Certificate Thumbprint> [<PIN>]'],
    [['/ad-activation-apply-cid'], '<Product Key>'],
    [['/ad-activation-apply-cid', 'KEY'], '<Confirmation ID>'],
    [['/del-ao'], '<Activation Object DN | Activation Object RDN>'],
  ])('%j lacks %s', (argv: string[], parameter) => {
    expect(parsed(...argv)).toMatchObject({ complaint: { kind: 'missing-parameter', parameter } });
  });

  test.each([
    [['//nologo', '/dli']],
    [['//Nologo', 'C:\\Windows\\System32\\slmgr.vbs', '/dli']],
    [['cscript.exe', '//B', '//T:30', 'slmgr.vbs', '/dli']],
    [['C:\\Windows\\System32\\cscript', '/nologo', '/usr/share/SLMGR.VBS', '/dli', '//nologo']],
    [['slmgr.vbs', '/dli', '/nologo', '//B']],
  ])('the words of the script host in %j are ignored', (argv: string[]) => {
    expect(parsed(...argv)).toEqual({ verb: 'dli', args: [], target: local });
  });

  test('words of the script host alone are no command', () => {
    expect(parsed('//nologo', 'slmgr.vbs')).toMatchObject({ complaint: { kind: 'invalid-combination' } });
  });

  test('a word of the script host between arguments stays', () => {
    expect(parsed('/skms', '/nologo', 'x')).toMatchObject({ verb: 'skms', args: ['/nologo', 'x'] });
  });

  test('a remote machine is reached before its words are complained about, a local one is not', () => {
    const complaintOf = (...argv: string[]): boolean => {
      const line = parseCommandLine(argv);
      return line.kind === 'complaint' && connectsBeforeComplaint(line);
    };
    expect(complaintOf('server01', '/ipk')).toBe(true);
    expect(complaintOf('server01', '/foo')).toBe(true);
    expect(complaintOf('/ipk')).toBe(false);
    expect(complaintOf('server01', 'user', '/ipk')).toBe(false);
  });

  test('whatever the words are, they are a call or a complaint', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('/dli', '-ipk', '//nologo', 'slmgr.vbs', 'cscript', '/', ''),
      fc.constantFrom(...verbs.map(({ name }) => `/${name}`)),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        const line = parseCommandLine(argv);
        if (line.kind === 'complaint') return;
        const { parameters } = line.verb;
        expect(line.args.length).toBeLessThanOrEqual(parameters.length);
        expect(parameters.slice(line.args.length).every(({ required }) => !required)).toBe(true);
      }),
    );
  });
});
