import * as z from 'zod';
import { fieldCodes, type FieldName } from '../../../fleet/inventory/changes';
import { minuteText } from '../../../fleet/inventory/columns';
import type { HistoryEntry } from '../../../fleet/inventory/machine';
import { statusWord } from '../../../fleet/inventory/status-words';
import type { Cell } from '../../output/table';
import { iso } from './machine-data';

const fields = Object.keys(fieldCodes) as [FieldName, ...FieldName[]];

/** A change as documents carry it. */
export const historyData = z.object({
  at: z.iso.datetime(),
  machine: z.string(),
  product: z.string().nullable().describe('Null for a field of the machine itself'),
  field: z.enum(fields),
  value: z.string().nullable().describe('Null where the field is empty from then on'),
});

/** A change's data. */
export function historyDataOf(entry: HistoryEntry): z.infer<typeof historyData> {
  return { ...entry, at: iso(entry.at) ?? '', value: shownValue(entry) };
}

function shownValue({ field, value }: HistoryEntry): string | null {
  if (value === null) return null;
  if (field === 'expires') return iso(Number(value));
  return field === 'status' ? statusWord(Number(value)) : value;
}

export const historyHead = ['Machine', 'At (UTC)', 'Product', 'Field', 'Value'];

/** A change as a row of a table. */
export function historyRow(entry: HistoryEntry): readonly Cell[] {
  const { machine, at, product, field } = entry;
  const value =
    field === 'expires' && entry.value !== null ? minuteText(Number(entry.value)) : shownValue(entry);
  return [machine, minuteText(at), product, field.replaceAll('_', ' '), value];
}
