import { changeSetting, settingDescriptions, showSettings } from '../../../src/lab/estate/estate-settings';
import { defaultSettings } from '../../../src/lab/estate/settings';
import { closeLaboratories, emptyLaboratory, heldLaboratory } from './laboratories';

afterEach(closeLaboratories);

test('every setting but the DNS is described', () => {
  const names = settingDescriptions.map(({ name }) => name as string);
  expect([...names, 'dns'].sort()).toEqual(Object.keys(defaultSettings).sort());
});

test('a setting is changed by its name in any case, and given back', () => {
  const laboratory = heldLaboratory();
  expect(changeSetting(laboratory, 'clocktoleranceminutes', '60').clockToleranceMinutes).toBe(60);
  expect(changeSetting(laboratory, 'publishOwnDomainBesideList', 'YES').publishOwnDomainBesideList).toBe(
    true,
  );
  expect(showSettings(laboratory)).toEqual({
    ...defaultSettings,
    clockToleranceMinutes: 60,
    publishOwnDomainBesideList: true,
  });
  changeSetting(laboratory, 'clockToleranceMinutes', null);
  changeSetting(laboratory, 'publishOwnDomainBesideList', null);
  expect(showSettings(laboratory)).toEqual(defaultSettings);
});

test.each([
  ['tolerance', '1', /is no setting: clockToleranceMinutes, /],
  ['dns', 'built-in', /is no setting/],
  ['server2008GraceDays', '0', /from 1 to 365/],
  ['server2008GraceDays', '1.5', /from 1 to 365/],
  ['eventsKept', '-1', /from 1 to/],
  ['activationGivesRearmBack', 'true', /yes or no/],
])('%s = %s is refused', (name, text, message) => {
  const laboratory = heldLaboratory();
  expect(() => changeSetting(laboratory, name, text)).toThrow(message);
  expect(showSettings(laboratory)).toEqual(defaultSettings);
});

test('without an estate there are no settings', () => {
  expect(() => showSettings(emptyLaboratory())).toThrow(/lab init/);
});
