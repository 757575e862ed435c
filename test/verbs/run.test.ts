import { hresult } from '../../src/licensing/hresult';
import { LicensingError, type LicensingProvider } from '../../src/licensing/provider';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, strictExitCode, type CommandResult } from '../../src/verbs/run';
import { makeDouble } from '../conformance/double';
import { caseOf, run } from './machine';

async function collect(argv: readonly string[], provider: LicensingProvider): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  const connect = (): Promise<LicensingProvider> => Promise.resolve(provider);
  for await (const result of runCommandLine(parseCommandLine(argv), connect)) results.push(result);
  return results;
}

describe('running a command line', () => {
  test('a failure to connect comes before the complaint about a remote line', async () => {
    const { lines, ending } = await run(['server01', '/ipk'], {}, { failures: { Connect: '0x800706BA' } });
    expect(lines).toEqual([
      'Error 0x800706BA occurred in connecting to server server01. The RPC server is unavailable',
    ]);
    expect(ending.scriptExitCode).toBe(-2147023174);
  });

  test('a local complaint reaches no machine', async () => {
    const { lines, ending } = await run(['/ipk'], {}, { failures: { Connect: '0x800706BA' } });
    expect(lines.slice(0, 2)).toEqual(['', 'Error: option ipk needs <Product Key>']);
    expect(ending).toEqual({ scriptExitCode: 1, hresult: null, ok: false });
  });

  test('the provider is closed, after an error too', async () => {
    const { provider } = makeDouble(caseOf(['/ato'], {}, { failures: { Activate: '0xC004F074' } }));
    const closed = jest.fn(() => Promise.resolve());
    await collect(['/ato'], { ...provider, close: closed });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('a defect is no error of the licensing service', async () => {
    const { provider } = makeDouble(caseOf(['/dli']));
    const broken = { ...provider, query: () => Promise.reject(new TypeError('defect')) };
    await expect(collect(['/dli'], broken)).rejects.toThrow('defect');
  });

  test('a machine without its service instance is an error with a number', async () => {
    const { provider } = makeDouble(caseOf(['/dli']));
    const empty = { ...provider, query: () => Promise.resolve([]) };
    expect(endingOf(await collect(['/dli'], empty)).hresult).toBe(0x80041002);
  });

  test('a provider that refuses changes is not asked for one', async () => {
    const { provider, calls } = makeDouble(caseOf(['/ato']));
    const picture = { ...provider, refusesChanges: 'It is a picture.' };
    const results = await collect(['/ato'], picture);
    expect(results).toEqual([{ kind: 'changes-refused', reason: 'It is a picture.' }]);
    expect(endingOf(results)).toEqual({ scriptExitCode: 1, hresult: null, ok: false });
    expect(calls).toEqual([]);
    expect(endingOf(await collect(['/dti'], picture)).ok).toBe(true);
  });

  test('--strict ends with 1 where an error was printed and slmgr ends with 0', () => {
    const notFound = endingOf([{ kind: 'product-not-found' }]);
    expect(notFound.scriptExitCode).toBe(0);
    expect(strictExitCode(notFound)).toBe(1);
    expect(strictExitCode(endingOf([{ kind: 'product-key-cleared' }]))).toBe(0);
    const failed = endingOf([
      { kind: 'error', hresult: hresult(0xc004f074), step: { kind: 'operation' }, detail: '' },
    ]);
    expect(strictExitCode(failed)).toBe(-1073418124);
  });

  test('errors of other copies of the module are known by their name', async () => {
    const { provider } = makeDouble(caseOf(['/cpky']));
    const foreign = Object.assign(new Error('denied'), { name: 'LicensingError', hresult: hresult(5) });
    const results = await collect(['/cpky'], { ...provider, invoke: () => Promise.reject(foreign) });
    expect(endingOf(results).scriptExitCode).toBe(5);
    expect(foreign).not.toBeInstanceOf(LicensingError);
  });

  test.each(['/ad-activation-online', '/ao-list', '/del-ao'])('%s refuses a remote machine', async (verb) => {
    const { lines, ending, calls } = await run(['dc01', verb, 'KEY']);
    expect(lines).toEqual(['This command of SLMgr.vbs is not supported for remote execution']);
    expect(ending.scriptExitCode).toBe(1);
    expect(calls).toEqual([]);
  });
});
