import * as z from 'zod';
import {
  changeSetting,
  describedSetting,
  settingDescriptions,
  showSettings,
} from '../../../lab/estate/estate-settings';
import { defaultSettings, type EstateSettings } from '../../../lab/estate/settings';
import { defineCommand } from '../../framework/command';
import { option } from '../../framework/fields';
import { table, type Cell } from '../../output/table';
import { withLaboratory } from '../../targets/laboratory';

const setting = z.object({
  name: z.string(),
  value: z.union([z.number(), z.boolean()]),
  default: z.union([z.number(), z.boolean()]),
  summary: z.string(),
});
type Setting = z.infer<typeof setting>;

/** slmgr lab settings [NAME [VALUE]] */
export const labSettings = defineCommand({
  name: 'lab settings',
  summary: 'Show or change what the sources leave open, for the whole estate',
  description:
    'Where sources conflict or give no number, this is where one chooses. VALUE is yes, no or a number; "default" goes ' +
    'back. A change holds for what happens from then on.',
  positionals: [
    {
      name: 'setting',
      summary: 'Name of a setting',
      optional: true,
      suggestions: settingDescriptions.map(({ name }) => name),
    },
    { name: 'value', summary: 'Its new value, or "default"', optional: true },
  ],
  options: ['tsv'],
  examples: [
    { line: 'slmgr lab settings', does: 'every setting, its value and what it means' },
    { line: 'slmgr lab settings clockToleranceMinutes 60', does: 'KMS hosts refuse clocks an hour away' },
    { line: 'slmgr lab settings firstHostOwnsRecords yes', does: 'a second KMS host has no rights in DNS' },
  ],
  data: z.object({ settings: z.array(setting) }),
  input: z.object({ setting: option.optional(), value: option.optional() }),
  run: async ({ setting: name, value }, context) => {
    const settings = await withLaboratory(context, (laboratory) => {
      if (name === undefined || value === undefined) return showSettings(laboratory);
      return changeSetting(laboratory, name, value.toLowerCase() === 'default' ? null : value);
    });
    const shown = name === undefined ? settingDescriptions : [describedSetting(name)];
    const rows = shown.map((each) => settingRow(each, settings));
    const cells = rows.map(settingCells);
    return {
      data: { settings: rows },
      text: (style) => table(head, cells, style),
      table: { head, rows: cells },
    };
  },
});

type Description = (typeof settingDescriptions)[number];

function settingRow({ name, summary }: Description, settings: EstateSettings): Setting {
  return { name, value: settings[name], default: defaultSettings[name], summary };
}

const head = ['Setting', 'Value', 'Default', 'Meaning'];

function settingCells({ name, value, default: usual, summary }: Setting): readonly Cell[] {
  return [name, value, usual, summary];
}
