import { addMachines } from '../../../../src/lab/estate/machines';
import { closeLaboratories, heldLaboratory } from '../../../lab/estate/laboratories';
import { account } from '../support';
import { LabShell } from './lab-line';

afterAll(closeLaboratories);

test.each([
  ['Windows Vista Enterprise', '5.7', ['Partial Product Key']],
  ['Windows 7 Enterprise', '5.8', ['Partial Product Key', 'Remaining Windows rearm count']],
  [
    'Windows 10 Enterprise',
    '5.812',
    [
      'Product Key Channel',
      'Partial Product Key',
      'Remaining Windows rearm count',
      'Remaining SKU rearm count',
    ],
  ],
])('a served machine of %s prints the text of its own script', async (product, version, labels) => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product });
  account(laboratory, 'admin');
  const { stdout } = await new LabShell(laboratory, 'PC').run('admin', 'cscript slmgr.vbs /dlv');
  expect(stdout).toMatch(`Microsoft (R) Windows Script Host Version ${version}\r\n`);
  const all = [
    'Product Key Channel',
    'Partial Product Key',
    'Remaining Windows rearm count',
    'Remaining SKU rearm count',
  ];
  expect(all.filter((label) => stdout.includes(`\r\n${label}: `))).toEqual(labels);
});

test.each([
  ['Windows 7 Enterprise', true],
  ['Windows 8 Enterprise', true],
  ['Windows Vista Enterprise', false],
  ['Windows 10 Enterprise', false],
])('/stao and /ctao on %s: their own script had them: %s', async (product, hadThem) => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product });
  account(laboratory, 'admin');
  const shell = new LabShell(laboratory, 'PC');
  for (const [option, instead] of [
    ['/stao', '/act-type 3'],
    ['-CTAO', '/act-type 0'],
  ] as const) {
    const { stdout, exitCode } = await shell.run('admin', `cscript //nologo slmgr.vbs ${option}`);
    expect([option, exitCode]).toEqual([option, 1]);
    expect(stdout).toContain(
      hadThem ? `${option} of this machine's script is not simulated` : `Unrecognized option: ${option}`,
    );
    if (hadThem) expect(stdout).toContain(`${instead} does what it does`);
  }
});
