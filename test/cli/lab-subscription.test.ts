import { InProcess } from '../storm/in-process';
import { scriptHostWord } from '../../src/cli/hidden-words';

/** A machine whose edition a subscription grants, from its making to its end. */

let lab: InProcess;

beforeAll(async () => {
  lab = new InProcess(null);
  await lab.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
});
afterAll(() => lab.remove());

/** What `cscript //nologo slmgr.vbs` prints on a machine. */
const script = async (machine: string, ...words: readonly string[]): Promise<string> =>
  (await lab.run([scriptHostWord, machine, 'host', '//nologo', 'slmgr.vbs', ...words])).out;

const block = [
  'Subscription edition: Enterprise',
  'Subscription type: User based subscription',
  'Subscription status: Active',
  'Subscription expiry: 2026-01-20T00:00:00.000Z',
];

test('it is shown once behind all products, counts for check, and ends at its time', async () => {
  await lab.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
  await lab.ok('lab', 'install', 'PC', '--product', 'Office LTSC Professional Plus 2021');
  expect(await lab.ok('PC', '/dli')).not.toContain('Subscription');
  expect(await lab.ok('lab', 'show', 'PC')).not.toContain('Subscription');
  await lab.ok('lab', 'set', 'PC', '--subscription', 'user,active,2026-01-20');
  for (const verb of ['/dli', '/dlv']) {
    const lines = (await lab.ok('PC', verb, 'all')).trimEnd().split('\n');
    expect(lines.slice(-4)).toEqual(block);
    expect(lines.filter((line) => line.startsWith('Subscription'))).toHaveLength(4);
  }
  expect(await script('PC', '/dli')).toContain(block.join('\r\n'));
  expect(await lab.ok('lab', 'show', 'PC')).toMatch(
    /Subscription: +Enterprise, User based subscription, Active, until 2026-01-20T00:00:00.000Z/,
  );
  expect((await lab.run(['check', 'PC'])).out).toContain('Subscription Enterprise: active, 15 days left');
  await lab.ok('lab', 'clock', 'set', '2026-01-20T00:00:00Z');
  expect(await lab.ok('PC', '/dli')).toContain('Subscription status: Expired');
  expect(await lab.ok('lab', 'show', 'PC')).toMatch(/Subscription: .* Expired, until/);
  const listed = JSON.parse(await lab.ok('lab', 'list', '--json')) as {
    data: { machines: readonly { name: string }[] };
  };
  expect(listed.data.machines.find(({ name }) => name === 'PC')).toMatchObject({
    subscription: { edition: 'Enterprise', type: 0, status: 120, expiresAt: '2026-01-20T00:00:00.000Z' },
  });
  await lab.ok('lab', 'set', 'PC', '--subscription', 'none');
  expect(await lab.ok('PC', '/dlv')).not.toContain('Subscription');
});

test('the script of a Windows that knew nothing of subscriptions prints none of it', async () => {
  await lab.ok('lab', 'add', 'TEN', '--product', 'Windows 10 Enterprise');
  await lab.ok('lab', 'set', 'TEN', '--subscription', 'device');
  expect(await lab.ok('TEN', '/dli')).toContain('Subscription type: Device based subscription');
  expect(await script('TEN', '/dli')).not.toContain('Subscription');
});

test.each(['Windows 7 Enterprise', 'Windows 8.1 Enterprise', 'Windows Server 2022 Standard'])(
  '%s knows no subscription, and stays as it was',
  async (product) => {
    const name = product.replaceAll(/[^A-Za-z0-9]/g, '').slice(-12);
    await lab.ok('lab', 'add', name, '--product', product);
    const refused = await lab.run(['lab', 'set', name, '--subscription', 'azure', '--elevated', 'no']);
    expect([refused.status, refused.err]).toEqual([
      1,
      expect.stringContaining('knows no subscription: Windows 10, Windows Server 2025 and later do'),
    ]);
    expect(await lab.ok('lab', 'show', name)).toMatch(/Elevated: +yes/);
    await lab.ok('lab', 'set', name, '--subscription', 'none');
  },
);

test('a firewall is shown as what it lets in', async () => {
  await lab.ok('lab', 'add', 'WALL', '--product', 'Windows Server 2025 Standard');
  await lab.ok('lab', 'set', 'WALL', '--firewall', 'on,kms,wmi,1700');
  expect(await lab.ok('lab', 'show', 'WALL')).toMatch(/Firewall lets in: +1688 \(KMS\), 1700, WMI/);
  await lab.ok('lab', 'set', 'WALL', '--firewall', 'on');
  expect(await lab.ok('lab', 'show', 'WALL')).toMatch(/Firewall lets in: +nothing/);
});
