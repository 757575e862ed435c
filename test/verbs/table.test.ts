import { verbDataSchemas } from '../../src/render/schemas/verbs';
import { findVerb, verbs } from '../../src/verbs/table';

const names =
  'ipk ato dli dlv xpr cpky ilc rilc rearm rearm-app rearm-sku upk dti atp skms ckms skms-domain ckms-domain skhc ckhc ' +
  'lil ril ltc fta sprt sai sri sdns cdns spri cpri act-type ad-activation-online ad-activation-get-iid ' +
  'ad-activation-apply-cid ao-list del-ao';

describe('the table of verbs', () => {
  test('has all 37 verbs of the usage text in its order', () => {
    expect(verbs.map(({ name }) => name)).toEqual(names.split(' '));
    expect(verbs).toHaveLength(37);
  });

  test('finds a verb in any case', () => {
    expect(findVerb('Rearm-SKU')?.name).toBe('rearm-sku');
    expect(findVerb('constructor')).toBeUndefined();
  });

  test('knows which verbs only read', () => {
    const reading = verbs.filter(({ changesState }) => !changesState).map(({ name }) => name);
    expect(reading).toEqual(['dli', 'dlv', 'xpr', 'dti', 'lil', 'ltc', 'ad-activation-get-iid', 'ao-list']);
  });

  test('refuses a remote machine for the verbs of Active Directory alone', () => {
    const refusing = verbs.filter(({ remote }) => !remote).map(({ group }) => group);
    expect(new Set(refusing)).toEqual(new Set(['active-directory']));
    expect(refusing).toHaveLength(5);
  });

  test('has a schema of data for every verb', () => {
    expect(Object.keys(verbDataSchemas).sort()).toEqual(verbs.map(({ name }) => name).sort());
  });

  test('asks for required words before optional ones', () => {
    for (const { parameters } of verbs) {
      const optional = parameters.findIndex(({ required }) => !required);
      const late = optional === -1 ? [] : parameters.slice(optional).filter(({ required }) => required);
      expect(late).toEqual([]);
    }
  });
});
