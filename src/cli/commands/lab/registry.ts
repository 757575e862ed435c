import * as z from 'zod';
import type { Laboratory } from '../../../lab/estate/laboratory';
import {
  deleteRegistryValue,
  getRegistryValue,
  listRegistryValues,
  noSuchValue,
  requireKnownValue,
  setRegistryValue,
  valueProblems,
  type RegistryView,
} from '../../../lab/estate/machine-registry';
import { registryName } from '../../../lab/model/registry';
import type { RegistryValue } from '../../../lab/model/state';
import { defineCommand, UsageError, type CommandContext, type CommandResult } from '../../framework/command';
import { harmlessText } from '../../../transports/harmless-text';
import { Refusal } from '../../refusal';
import { flag, text } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName, machineWord } from './fields';

const valueName = {
  name: 'key',
  summary:
    'Name of a value, with its path below SoftwareProtectionPlatform where it has one; "get" without: all',
  optional: true,
  suggestions: Object.values(registryName),
} as const;

const value = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SZ'), data: z.string() }),
  z.object({ type: z.literal('DWORD'), data: z.int() }),
  z.object({ type: z.literal('MULTI_SZ'), data: z.array(z.string()) }),
  z.object({ type: z.literal('EXPAND_SZ'), data: z.string() }),
  z.object({ type: z.literal('QWORD'), data: z.string() }),
  z.object({ type: z.literal('BINARY'), data: z.string() }),
]);
const known =
  'DnsDomainPublishList, DisableDnsPublishing, EnableKmsLowPriority, SkipRearm, UserOperations, Activation\\Manual';

/** slmgr lab registry NAME get KEY */
export const labRegistry = defineCommand({
  name: 'lab registry',
  summary: "Read, write or delete a value of the licensing service's registry key",
  description:
    `Values such as ${known}. Most take effect when the service starts again: "slmgr lab restart NAME". Several data ` +
    'words make a multi-string value.',
  positionals: [
    machineWord,
    { name: 'action', summary: 'What to do', choices: ['get', 'set', 'delete'] },
    valueName,
    { name: 'value', summary: 'The data, one word or several', optional: true, many: true },
  ],
  options: ['force'],
  examples: [
    {
      line: 'slmgr lab registry K1 set DnsDomainPublishList lab.example "b.example, 10"',
      does: 'publish in two domains',
    },
    { line: 'slmgr lab registry KMS01 get DnsDomainPublishList', does: 'one line for each string' },
    { line: 'slmgr lab registry PC-001 get', does: 'every value' },
    { line: 'slmgr lab registry PC-001 delete SkipRearm', does: 'back to the default' },
  ],
  data: z.object({
    machine: z.string(),
    /** Null where all values are listed. */
    key: z.string().nullable(),
    value: value.nullable(),
    values: z.array(z.object({ key: z.string(), value })).optional(),
  }),
  input: z.object({
    name: machineName,
    action: z.enum(['get', 'set', 'delete'], 'must be get, set or delete'),
    key: text.optional(),
    value: z.array(z.string()).default([]),
    force: flag,
  }),
  run: async ({ name, action, key, value: words, force }, context) => {
    if (key === undefined) {
      if (action === 'get') return listed(name, context);
      throw new UsageError(`<key> is missing: ${valueName.summary}.`);
    }
    if (action !== 'set' && words.length > 0) throw new UsageError(`"${action}" takes no value.`);
    const view = await withLaboratory(context, (laboratory) => {
      if (action === 'set' && !force) requireKnownValue(laboratory, name, key);
      return actions[action](laboratory, name, key, words);
    });
    if (action === 'get' && view.value === null) throw new Refusal(noSuchValue(view.machine, view.key));
    const done = {
      get: '',
      set: `Set ${view.key} on ${view.machine}.`,
      delete: `Deleted ${view.key} on ${view.machine}.`,
    };
    const lines = (action === 'get' ? linesOf(view.value) : [done[action]]).map(harmlessText);
    return {
      data: view,
      text: () => `${lines.join('\n')}\n`,
      warnings: action === 'set' ? valueProblems(view) : [],
      target: { kind: 'simulated', machine: view.machine },
    };
  },
});

async function listed(name: string, context: CommandContext): Promise<CommandResult> {
  const { machine, values } = await withLaboratory(context, (laboratory) =>
    listRegistryValues(laboratory, name),
  );
  const lines = values.map((one) => harmlessText(`${one.key} = ${linesOf(one.value).join(' | ')}`));
  return {
    data: { machine, key: null, value: null, values },
    text: () =>
      lines.length === 0 ? `${machine} has no values.\n` : lines.map((line) => `${line}\n`).join(''),
    target: { kind: 'simulated', machine },
  };
}

type Act = (
  laboratory: Laboratory,
  name: string,
  key: string,
  words: readonly string[],
) => RegistryView | Promise<RegistryView>;

const actions: Readonly<Record<'get' | 'set' | 'delete', Act>> = {
  get: getRegistryValue,
  set: setRegistryValue,
  delete: deleteRegistryValue,
};

function linesOf(found: RegistryValue | null): readonly string[] {
  if (found === null) return [];
  return found.type === 'MULTI_SZ' ? found.data : [String(found.data)];
}
