import type { CaseMachine, ConformanceCase } from './case-file';

type Fields = CaseMachine['service'];
type Change = (value: Fields[string]) => Fields[string];

/** An absent text is "" in the corpus and null on a real machine. */
export const withNulls = changing((value) => (value === '' ? null : value));

/** Negative numbers are unsigned in some ways of asking. */
export const withUnsignedNumbers = changing((value) =>
  typeof value === 'number' && value < 0 ? value >>> 0 : value,
);

/** Exports hold numbers and booleans as text. */
export const withTexts = changing((value) =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
);

/** The same case on a machine that says the same in other words. */
function changing(change: Change): (one: ConformanceCase) => ConformanceCase {
  const all = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
  return (one) => ({
    ...one,
    machine: {
      ...one.machine,
      service: all(one.machine.service),
      products: one.machine.products.map(all),
      tokenLicenses: one.machine.tokenLicenses.map(all),
    },
  });
}
