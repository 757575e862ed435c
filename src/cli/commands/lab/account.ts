import * as z from 'zod';
import { listAccounts, putAccount, removeAccount } from '../../../lab/estate/accounts';
import { usablePassword } from '../../../remote/password-text';
import { askSecret } from '../../../transports/local/process-ports';
import { ntHash } from '../../../transports/winrm/ntlm/keys';
import { defineCommand, UsageError, type CommandContext } from '../../framework/command';
import { flag, single, text } from '../../framework/fields';
import { table } from '../../output/table';
import { withLaboratory } from '../../targets/laboratory';
import { machineName } from './fields';

const account = z.object({
  user: z.string(),
  machine: z.string().nullable().describe('Null: on every machine of the estate'),
  role: z.enum(['administrator', 'standard']),
});

const userWord = { name: 'user', summary: 'User name' } as const;
const maxPasswordBytes = 4096;

/** slmgr lab account add USER */
export const labAccountAdd = defineCommand({
  name: 'lab account add',
  summary: 'Let a user sign in to served machines',
  description:
    'Accounts are for "lab serve": an administrator unless --standard, on all machines unless --machine. The password is asked ' +
    'for at a terminal, read from standard input with --password-stdin, or taken from SLMGR_PASSWORD. Only its NT hash is kept, ' +
    'in the data directory of the laboratory: never use a password here that protects anything.',
  positionals: [userWord],
  options: ['machine', 'standard', 'password-stdin'],
  examples: [
    { line: 'slmgr lab account add admin', does: 'an administrator of all machines' },
    {
      line: 'echo secret | slmgr lab account add guest --standard --password-stdin',
      does: 'a standard user',
    },
    { line: 'slmgr lab account add admin --machine KMS01', does: 'another password on one machine' },
  ],
  data: account,
  input: z.object({
    user: text,
    machine: single(machineName).optional(),
    standard: flag,
    'password-stdin': flag,
  }),
  run: async ({ user, machine, standard, 'password-stdin': fromInput }, context) => {
    const password = await readPassword(user, fromInput, context);
    const added = await withLaboratory(context, (laboratory) =>
      putAccount(laboratory, {
        user,
        machine: machine ?? null,
        role: standard ? 'standard' : 'administrator',
        passwordHash: ntHash(password).toString('hex'),
      }),
    );
    const data = { user: added.user, machine: added.machine, role: added.role };
    return {
      data,
      text: () => `${added.user} may sign in to ${added.machine ?? 'all machines'} (${added.role}).\n`,
    };
  },
});

/** slmgr lab account list */
export const labAccountList = defineCommand({
  name: 'lab account list',
  summary: 'List who may sign in to served machines',
  positionals: [],
  options: ['tsv'],
  examples: [{ line: 'slmgr lab account list', does: 'users, machines, roles' }],
  data: z.object({ accounts: z.array(account) }),
  input: z.object({}),
  run: async (_input, context) => {
    const accounts = await withLaboratory(context, ({ store }) => listAccounts(store));
    const head = ['User', 'Machine', 'Role'];
    const rows = accounts.map(({ user, machine, role }) => [user, machine ?? 'all', role]);
    return {
      data: { accounts: accounts.map(({ user, machine, role }) => ({ user, machine, role })) },
      text: (style) => table(head, rows, style),
      table: { head, rows },
    };
  },
});

/** slmgr lab account remove USER */
export const labAccountRemove = defineCommand({
  name: 'lab account remove',
  summary: 'Take an account away',
  positionals: [userWord],
  options: ['machine'],
  examples: [{ line: 'slmgr lab account remove guest', does: 'on all machines' }],
  data: z.object({ user: z.string(), machine: z.string().nullable() }),
  input: z.object({ user: text, machine: single(machineName).optional() }),
  run: async ({ user, machine }, context) => {
    await withLaboratory(context, (laboratory) => removeAccount(laboratory, user, machine ?? null));
    return { data: { user, machine: machine ?? null }, text: () => `Removed ${user}.\n` };
  },
});

async function readPassword(user: string, fromInput: boolean, { console }: CommandContext): Promise<string> {
  if (fromInput) {
    const text = await console.readInput(maxPasswordBytes);
    return usablePassword(text.replace(/[\r\n][^]*$/, ''), 'the first line of standard input');
  }
  const ofEnvironment = console.env['SLMGR_PASSWORD'];
  if (ofEnvironment !== undefined) {
    return usablePassword(ofEnvironment.replace(/^\uFEFF/, ''), 'the environment variable SLMGR_PASSWORD');
  }
  const asked = await askSecret(`Password for ${user}: `);
  if (asked === null)
    throw new UsageError('There is no terminal to ask for the password: use --password-stdin.');
  return usablePassword(asked.reveal(), 'what was typed');
}
