import type { LicensingProvider } from '../../../src/licensing/provider';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines } from '../../../src/lab/estate/machines';
import { advanceClock } from '../../../src/lab/estate/perform';
import { readLicenseFile } from '../../../src/providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../../src/providers/simulated/provider';
import { renderText } from '../../../src/render/text';
import { parseCommandLine } from '../../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../../src/verbs/run';
import { closeLaboratories, day, heldLaboratory, type TestLaboratory } from '../../lab/estate/laboratories';

/** Statements about what an administrator sees of a machine, from its model to slmgr's text. */

afterEach(closeLaboratories);

const server = 'Windows Server 2008 R2 Standard';

function open(laboratory: TestLaboratory, name: string): Promise<LicensingProvider> {
  return simulatedProvider(laboratory, name, { readFile: readLicenseFile, onClose: () => undefined });
}

async function slmgr(
  laboratory: TestLaboratory,
  ...argv: readonly [name: string, ...rest: string[]]
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const results: CommandResult[] = [];
  const connect = (): Promise<LicensingProvider> => open(laboratory, argv[0]);
  for await (const result of runCommandLine(parseCommandLine(argv), connect)) results.push(result);
  return { text: renderText(results), exitCode: endingOf(results).scriptExitCode };
}

test.each([
  'Windows Vista Enterprise',
  'Windows Server 2008 Standard',
  'Windows 7 Enterprise',
  server,
  'Windows 8.1 Enterprise',
  'Windows 11 Enterprise',
])('K9.3 %s is managed like every generation', async (product) => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product });
  const shown = await slmgr(laboratory, 'PC', '/dlv');
  expect(shown.text).toMatch(/^Software licensing service version: \d+\.\d+\.\d+\.\d+\n/);
  expect(shown.text).toContain('VOLUME_KMSCLIENT channel');
  expect((await slmgr(laboratory, 'PC', '/skms', 'kms.lab.example')).exitCode).toBe(0);
});

test('K11.5 slmgr takes a KMS host key without a warning', async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'KMS01', product: server });
  const { text: key } = mintLabKey(laboratory, { kind: 'csvlk', edition: server });
  expect(await slmgr(laboratory, 'KMS01', '/ipk', key)).toEqual({
    text: `Installed product key ${key} successfully.\n\n`,
    exitCode: 0,
  });
});

test('K4.14 a KMS host stays activated for years without another activation', async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'KMS01', product: server });
  const { text: key } = mintLabKey(laboratory, { kind: 'csvlk', edition: server });
  await slmgr(laboratory, 'KMS01', '/ipk', key);
  await slmgr(laboratory, 'KMS01', '/ato');
  await advanceClock(laboratory, 800 * day);
  expect((await slmgr(laboratory, 'KMS01', '/xpr')).text).toContain('permanently activated');
});

test('K14.1 extended PIDs have the layout of the printed samples', async () => {
  const samples = [
    '55041-00140-015-871562-03-1033-7078.0000-0992009',
    '11111-00140-008-800002-03-1033-5358.0000-1102006',
    '05426-00206-234-001162-03-1033-9200.0000-0992013',
  ];
  const layout = /^\d{5}-\d{5}-\d{3}-\d{6}-\d{2}-1033-\d{4,5}\.0000-\d{7}$/;
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise' });
  const { text } = await slmgr(laboratory, 'PC', '/dlv');
  const own = /^Extended PID: (.*)$/m.exec(text)?.[1];
  for (const pid of [...samples, own]) expect(pid).toMatch(layout);
  expect(samples.map((pid) => pid.slice(0, 5))).not.toContain(own?.slice(0, 5));
});
