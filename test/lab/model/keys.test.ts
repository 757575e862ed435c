import fc from 'fast-check';
import {
  defaultPool,
  fieldsOf,
  keyOfFields,
  maximumPool,
  mintKey,
  parseKey,
  partialKey,
  type LabKeyType,
} from '../../../src/lab/model/keys';
import {
  checkConfirmationId,
  confirmationId,
  installationId,
  readInstallationId,
} from '../../../src/lab/model/phone';
import { labKey, seeded, shop } from './harness';

const types: readonly LabKeyType[] = ['csvlk', 'mak', 'retail', 'oem', 'evaluation'];
const anyKey = fc
  .record({
    type: fc.constantFrom(...types),
    edition: fc.constantFrom(...shop.editions),
    seed: fc.integer(),
    pool: fc.integer({ min: 1, max: maximumPool }),
  })
  .map(({ type, edition, seed, pool }) => mintKey({ type, edition, pool }, seeded(seed)));

test('a minted key is 5x5, of the lab, and reads back to what it was minted for', () => {
  fc.assert(
    fc.property(anyKey, (text) => {
      expect(text).toMatch(/^LAB[A-Z]1(-[0-9A-Z]{5}){4}$/);
      const parsed = parseKey(` ${text.toLowerCase()} `, shop);
      expect(parsed).toMatchObject({ kind: 'lab', text });
      if (parsed.kind !== 'lab') return;
      expect(keyOfFields(fieldsOf(parsed.key), shop)).toEqual(parsed.key);
      expect(parsed.key.hostGroup === null).toBe(parsed.key.type !== 'csvlk');
    }),
  );
});

test('every edition and every group has a code of its own', () => {
  for (const type of ['mak', 'csvlk'] as const) {
    for (const edition of shop.editions) {
      const parsed = parseKey(mintKey({ type, edition }, seeded(1)), shop);
      expect(parsed.kind === 'lab' && (parsed.key.edition?.id ?? parsed.key.hostGroup)).toBeTruthy();
      if (type === 'mak' && parsed.kind === 'lab') expect(parsed.key.edition!.id).toBe(edition.id);
    }
  }
});

test('one wrong character is found', () => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  fc.assert(
    fc.property(
      anyKey,
      fc.nat(24),
      fc.nat(31).map((i) => alphabet.charAt(i)),
      (text, at, char) => {
        const chars = text.replaceAll('-', '');
        fc.pre(chars.charAt(at) !== char);
        const wrong = (chars.slice(0, at) + char + chars.slice(at + 1)).match(/.{5}/g)!.join('-');
        expect(parseKey(wrong, shop).kind).toBe('invalid');
      },
    ),
  );
});

test('equal seeds give equal keys, others others', () => {
  expect(labKey('mak', 'Windows 7 Enterprise', 3)).toBe(labKey('mak', 'Windows 7 Enterprise', 3));
  expect(labKey('mak', 'Windows 7 Enterprise', 3)).not.toBe(labKey('mak', 'Windows 7 Enterprise', 4));
});

test('published setup and AVMA keys are accepted; a foreign key and what is no key are not', () => {
  for (const { setupKey } of shop.editions)
    if (setupKey !== null) expect(parseKey(setupKey, shop).kind).toBe('setup');
  expect(parseKey('W3GNR-8DDXR-2TFRP-H8P33-DV9BG', shop).kind).toBe('avma');
  expect(parseKey('YQB4H-NKHHJ-Q6K4R-4VMY6-VCH67', shop).kind).toBe('avma');
  expect(parseKey('BBBBB-CCCCC-DDDDD-FFFFF-GGGGG', shop)).toEqual({ kind: 'invalid', reason: 'foreign' });
  for (const text of [
    '',
    'ABCDE',
    'AAAAA-BBBBB-CCCCC-DDDDD',
    'AAAAA-BBBBB-CCCCC-DDDDD-EEEE!',
    '33PXH7Y6KF2VJC9XBBR8HVTHH',
  ])
    expect(parseKey(text, shop)).toEqual({ kind: 'invalid', reason: 'malformed' });
});

test('no lab key can be a published one: its first letters are not in the alphabet of those', () => {
  const published = shop.editions.flatMap(({ setupKey }) => (setupKey === null ? [] : [setupKey])).join('');
  expect(published).not.toMatch(/[LA]/);
});

test('a MAK carries its pool', () => {
  const pool = (text: string): number => {
    const parsed = parseKey(text, shop);
    return parsed.kind === 'lab' ? parsed.key.pool : -1;
  };
  expect(pool(labKey('mak', 'Windows 7 Enterprise'))).toBe(defaultPool);
  expect(pool(labKey('mak', 'Windows 7 Enterprise', 1, 3))).toBe(3);
  for (const bad of [0, 1024, 1.5])
    expect(() => labKey('mak', 'Windows 7 Enterprise', 1, bad)).toThrow(RangeError);
  expect(partialKey('A-BCDEF')).toBe('BCDEF');
});

const anyInstallation = fc
  .record({ text: anyKey, print: fc.string(), isShort: fc.boolean() })
  .map((facts) => {
    const parsed = parseKey(facts.text, shop);
    return { key: parsed.kind === 'lab' ? parsed.key : null, print: facts.print, isShort: facts.isShort };
  });

test('an installation ID has 63 digits, or 54 on Windows 7 and before, and carries the key', () => {
  fc.assert(
    fc.property(anyInstallation, (facts) => {
      const id = installationId(facts);
      expect(id).toMatch(facts.isShort ? /^\d{54}$/ : /^\d{63}$/);
      expect(readInstallationId(id, shop)).toEqual({ ok: true, key: facts.key });
    }),
  );
});

test('the telephone hears one wrong digit, and serves no setup key', () => {
  fc.assert(
    fc.property(anyInstallation, fc.nat(53), fc.integer({ min: 1, max: 9 }), (facts, at, by) => {
      const id = installationId(facts);
      const wrong = id.slice(0, at) + String((Number(id.charAt(at)) + by) % 10) + id.slice(at + 1);
      expect(readInstallationId(wrong, shop)).toEqual({ ok: false, reason: 'check' });
    }),
  );
  const setup = installationId({ key: null, print: 'x', isShort: false });
  expect(readInstallationId(setup, shop)).toEqual({ ok: false, reason: 'no-key' });
  expect(readInstallationId('12', shop)).toEqual({ ok: false, reason: 'form' });
});

test('a confirmation ID has 48 digits and answers one installation ID', () => {
  fc.assert(
    fc.property(anyInstallation, anyInstallation, (one, other) => {
      const [a, b] = [installationId(one), installationId(other)];
      const answer = confirmationId(a);
      expect(answer).toMatch(/^\d{48}$/);
      const spaced = answer.replace(/(.{6})/g, '$1-').slice(0, -1);
      expect(checkConfirmationId(spaced, a)).toBe('right');
      if (a !== b) expect(checkConfirmationId(answer, b)).toBe('mismatch');
    }),
  );
});

test('what is wrong with a confirmation ID is said', () => {
  const id = installationId({ key: null, print: 'x', isShort: false });
  const answer = confirmationId(id);
  expect(checkConfirmationId('abc', id)).toBe('not-digits');
  expect(checkConfirmationId(answer.slice(1), id)).toBe('length');
  const wrong = String((Number(answer.charAt(0)) + 1) % 10) + answer.slice(1);
  expect(checkConfirmationId(wrong, id)).toBe('check-digits');
});
