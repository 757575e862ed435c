import * as z from 'zod';
import { foldNames } from '../../fleet/targets/fold';
import { choiceOf } from '../runs/choice';
import { saidWay } from '../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../targets/resolve-targets';
import { defineCommand, UsageError } from '../framework/command';
import { flag, option, text, wholeNumber } from '../framework/fields';
import { table } from '../output/table';
import { rawOptions } from '../targets/open-target';

const target = z.object({
  name: z.string(),
  kind: z.enum(['simulated', 'windows']).describe('simulated: a machine of the laboratory'),
  via: z.enum(['lab', 'ssh', 'winrm', 'winrms']).describe('How it is reached'),
  source: z.string().describe('The file that names it, lab, inventory, ssh-config, or line for a URL'),
});

/** slmgr targets EXPR */
export const targets = defineCommand({
  name: 'targets',
  summary: 'Say which machines an expression means, and how each is reached',
  description:
    'Connects to nobody. Names stand with commas; ranges are web[01-50] and a[1-9/2], * and ? fit known names, @group and @all are groups; ' +
    '! takes away and & keeps what is in both, from left to right. Names come from --targets files, the laboratory, the inventory and ' +
    '~/.ssh/config. @all, and what a pattern is held against, are the names of the files where there are some, else those of the ' +
    'laboratory, else those of the inventory. --where means machines of the inventory.',
  positionals: [
    {
      name: 'expression',
      summary:
        'Machines: PC-[001-050], PC-*, @branch, @all!SRV-*; not needed beside --cidr, --rerun and --where',
      optional: true,
      holds: 'machine',
    },
  ],
  options: [
    'targets',
    'transport',
    'cidr',
    'rerun',
    'where',
    'store',
    'exclude',
    'pick',
    'pick-first',
    'folded',
    'tsv',
  ],
  examples: [
    { line: "slmgr targets 'PC-*!PC-[011-040]'", does: 'all but some' },
    { line: "slmgr targets '@web' --targets hosts.ini", does: 'a group of an Ansible inventory' },
    { line: 'slmgr targets @all --folded', does: 'in a line, with ranges' },
    { line: "slmgr targets --where 'days < 30'", does: 'those of the inventory that expire soon' },
  ],
  data: z.object({ targets: z.array(target) }),
  input: z.object({
    expression: text.optional(),
    exclude: option.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    folded: flag,
  }),
  run: async (input, context) => {
    const options = rawOptions(context);
    const chosenBy = [input.expression, options.cidr, options.rerun, options.where];
    if (chosenBy.every((said) => said === undefined)) {
      throw new UsageError('Machines are missing: PC-001, PC-[001-050], @branch, or --cidr BLOCK.');
    }
    const { choice } = await choiceOf(input.expression ?? null, options, context);
    const { targets: all } = await resolveTargets(choice, await saidWay(options, context), context);
    // There may be hundreds of thousands: only what is printed is made.
    return {
      get data() {
        return { targets: all.map(({ name, kind, via, source }) => ({ name, kind, via, source })) };
      },
      text: (style) =>
        input.folded ? `${foldNames(all.map(({ name }) => name))}\n` : table(head, all.map(rowOf), style),
      table: {
        head,
        get rows() {
          return all.map(rowOf);
        },
      },
    };
  },
});

const head = ['Name', 'Kind', 'Via', 'Source'];

function rowOf({ name, kind, via, source }: ResolvedTarget): readonly string[] {
  return [name, kind, via, source];
}
