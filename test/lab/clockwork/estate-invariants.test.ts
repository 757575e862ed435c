import fc from 'fast-check';
import { checkEstate, checkTold, statesOf } from './estate-checks';
import { freshEstate, steps, upk } from './estate-steps';
import { TestEstate } from './fixtures';

/** What always holds of an estate, whatever is done on several machines in whatever order. */

const runs = Number(process.env['SLMGR_PROPERTY_RUNS'] ?? '8');

test('verbs, clocks, restarts and keys in any order on several machines: the estate stays sound', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 20, size: 'max' }), (played) => {
      const estate = freshEstate();
      for (const [name, step] of played) {
        const [before, since] = [statesOf(estate), estate.now];
        step(estate);
        checkEstate(estate);
        if (name.startsWith('advance')) checkTold(estate, before, since);
      }
    }),
    { numRuns: runs },
  );
}, 1_200_000);

test.each([
  ['Windows Server 2019 Standard', ['2022 Standard', '2019 Standard', '2025 Standard', '2019 Standard']],
  ['Windows Server 2016 Standard', ['2019 Standard', '2016 Standard', '2022 Standard', '2016 Standard']],
  ['Windows Server 2012 R2 Standard', ['2019 Standard', '2016 Standard', '2012 R2 Standard']],
  ['Windows Server 2008 R2 Standard', ['2012 R2 Standard', '2008 R2 Standard', '2008 R2 Enterprise']],
  ['Windows Server 2008 Standard', ['2008 R2 Standard', '2008 Standard', '2012 R2 Standard']],
] as const)('%s that gets one host key after another has each product once', (product, hostKeys) => {
  rekey(
    product,
    hostKeys.map((name) => `Windows Server ${name}`),
  );
});

test.each([
  ['Windows 10 Enterprise', ['Windows 10 Enterprise']],
  ['Windows 8 Enterprise', ['Windows 10 Enterprise', 'Windows 8.1 Enterprise']],
  ['Windows 7 Enterprise', ['Windows 8.1 Enterprise', 'Windows 7 Enterprise', 'Windows 10 Enterprise']],
  [
    'Windows Vista Enterprise',
    ['Windows 7 Enterprise', 'Windows Vista Enterprise', 'Windows 8.1 Enterprise'],
  ],
] as const)('%s, likewise', (product, hostKeys) => {
  rekey(product, hostKeys);
});

function rekey(product: string, hostKeys: readonly string[]): void {
  const estate = new TestEstate();
  estate.add('KMS01', product);
  for (const name of [...hostKeys, product]) {
    estate.installHostKey('KMS01', name);
    checkEstate(estate);
    const keyed = estate.machine('KMS01').products.filter(({ key }) => key !== null);
    expect(keyed.map(({ channel, license }) => [channel, license.status])).toEqual([['csvlk', 'licensed']]);
  }
  upk('KMS01')(estate);
  checkEstate(estate);
}
