import * as z from 'zod';
import { addDnsRecord, listDnsRecords, removeDnsRecords } from '../../../lab/estate/dns';
import { defineCommand } from '../../framework/command';
import { Refusal } from '../../refusal';
import { oneOf, text, wholeNumber } from '../../framework/fields';
import { table } from '../../output/table';
import { withLaboratory } from '../../targets/laboratory';

const types = ['SRV', 'A', 'AAAA', 'TXT', 'CNAME'] as const;

const record = z.object({
  name: z.string(),
  type: z.enum(types),
  ttl: z.int(),
  data: z.string(),
});

/** slmgr lab dns records */
export const labDnsRecords = defineCommand({
  name: 'lab dns records',
  summary: "List the records of the estate's own zone",
  positionals: [{ name: 'filter', summary: 'Part of a name', optional: true }],
  options: ['tsv'],
  examples: [{ line: 'slmgr lab dns records _vlmcs', does: 'the records of KMS hosts' }],
  data: z.object({ records: z.array(record) }),
  input: z.object({ filter: text.optional() }),
  run: async ({ filter }, context) => {
    const all = await withLaboratory(context, ({ store }) => listDnsRecords(store));
    const records = all.filter(({ name }) => name.includes((filter ?? '').toLowerCase()));
    const head = ['Name', 'Type', 'TTL', 'Data'];
    const rows = records.map((row) => [row.name, row.type, row.ttl, row.data]);
    return {
      data: { records },
      text: (style) => (records.length === 0 ? 'No records.\n' : table(head, rows, style)),
      table: { head, rows },
    };
  },
});

/** slmgr lab dns add NAME TYPE DATA... */
export const labDnsAdd = defineCommand({
  name: 'lab dns add',
  summary: 'Add a record by hand',
  description:
    'A name without a dot at its end is taken below the domain of the estate unless it ends with it already. The data of ' +
    'an SRV record is priority, weight, port and target.',
  positionals: [
    { name: 'owner', summary: 'Name of the record' },
    { name: 'type', summary: 'Type of the record', choices: types },
    { name: 'data', summary: 'Data as in a zone file', many: true },
  ],
  options: ['ttl'],
  examples: [
    {
      line: 'slmgr lab dns add _vlmcs._tcp.lab.example SRV 0 0 1688 kms01.lab.example',
      does: "the deployment guide's manual record",
    },
    { line: 'slmgr lab dns add kms01 A 192.0.2.10', does: 'an address' },
  ],
  data: record,
  input: z.object({
    owner: text,
    type: oneOf(...types),
    data: z.array(text).min(1, 'is missing'),
    ttl: wholeNumber(0, 2 ** 31 - 1).default(3600),
  }),
  run: async ({ owner, type, data, ttl }, context) => {
    const added = await withLaboratory(context, (laboratory) =>
      addDnsRecord(laboratory, { name: owner, type, ttl, data: data.join(' ') }),
    );
    return { data: added, text: () => `Added ${added.name} ${added.type} ${added.data}\n` };
  },
});

/** slmgr lab dns remove NAME [TYPE [DATA...]] */
export const labDnsRemove = defineCommand({
  name: 'lab dns remove',
  summary: 'Remove records',
  positionals: [
    { name: 'owner', summary: 'Name of the record' },
    { name: 'type', summary: 'Type; SRV unless told', optional: true, choices: types },
    { name: 'data', summary: 'Only the record with this data', optional: true, many: true },
  ],
  options: [],
  examples: [{ line: 'slmgr lab dns remove _vlmcs._tcp.lab.example', does: 'no host is found any more' }],
  data: z.object({ removed: z.int() }),
  input: z.object({
    owner: text,
    type: oneOf(...types).default('SRV'),
    data: z.array(text).default([]),
  }),
  run: async ({ owner, type, data }, context) => {
    const wanted = data.length === 0 ? null : data.join(' ');
    const removed = await withLaboratory(context, (laboratory) =>
      removeDnsRecords(laboratory, { name: owner, type, data: wanted }),
    );
    if (removed === 0)
      throw new Refusal(
        `There is no ${type} record ${owner}${wanted === null ? '' : ` ${wanted}`}; "slmgr lab dns records" lists them.`,
      );
    return { data: { removed }, text: () => `Removed ${removed} record${removed === 1 ? '' : 's'}.\n` };
  },
});
