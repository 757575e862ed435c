import * as z from 'zod';
import { formatServerAddress, type DnsServerAddress } from '../../../dns/server-address';
import { changeDnsSetting, showDnsSetting } from '../../../lab/estate/dns-setting';
import type { DnsSetting } from '../../../lab/estate/settings';
import { defineCommand, UsageError, type CommandContext, type CommandResult } from '../../framework/command';
import { dnsServer } from '../../framework/dns-server';
import { flag, option } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { readTsigKeyFile, type TsigKeyFile } from '../../targets/tsig-key-file';

const data = z.object({
  kind: z.enum(['built-in', 'server']),
  /** ADDR:PORT; null for the estate's own zone. */
  server: z.string().nullable(),
  /** Path of the file with the TSIG key; null: updates are not signed. */
  keyFile: z.string().nullable(),
});

interface Wish {
  readonly server: DnsServerAddress | undefined;
  readonly key: string | undefined;
  readonly builtIn: boolean;
}

/** slmgr lab dns [--server ADDR:PORT [--key FILE] | --built-in] */
export const labDns = defineCommand({
  name: 'lab dns',
  summary: 'Show or choose which DNS the estate publishes to and asks',
  description:
    "The estate's own zone, or a real DNS server: hosts then publish there by dynamic update (RFC 2136), signed where " +
    'a key is given, and clients look for their hosts there. FILE is what tsig-keygen prints; the estate keeps its path, ' +
    'never the key. Hosts that run publish at once; the event log of each says how that went (12294, 12293).',
  positionals: [],
  options: ['server', 'key', 'built-in'],
  examples: [
    { line: 'slmgr lab dns', does: 'what is set' },
    { line: 'slmgr lab dns --server 127.0.0.1:5353 --key /etc/bind/kms.key', does: 'a BIND server, signed' },
    { line: 'slmgr lab dns --built-in', does: "back to the estate's own zone" },
  ],
  data,
  input: z.object({ server: dnsServer.optional(), key: option.optional(), 'built-in': flag }),
  run: async ({ server, key, 'built-in': builtIn }, context) => {
    const wish = { server, key, builtIn };
    checkTogether(wish);
    if (server === undefined && !builtIn) return shown(await withLaboratory(context, showDnsSetting));
    const keyFile = key === undefined ? null : readTsigKeyFile(key);
    const setting = settingOf(server, keyFile);
    if (keyFile?.isOpen === true) warnOfOpenFile(keyFile, context);
    return shown(await withLaboratory(context, (laboratory) => changeDnsSetting(laboratory, setting)));
  },
});

function checkTogether({ server, key, builtIn }: Wish): void {
  if (server !== undefined && builtIn) throw new UsageError('--server and --built-in exclude each other.');
  if (key !== undefined && server === undefined) throw new UsageError('--key goes with --server.');
}

function settingOf(server: DnsServerAddress | undefined, keyFile: TsigKeyFile | null): DnsSetting {
  if (server === undefined) return { kind: 'built-in' };
  return { kind: 'server', ...server, keyFile: keyFile?.path ?? null };
}

function warnOfOpenFile({ path }: TsigKeyFile, { console }: CommandContext): void {
  if (console.errIsTerminal) console.err(`slmgr: every user of this computer can read ${path}.\n`);
}

function shown(setting: DnsSetting): CommandResult {
  if (setting.kind === 'built-in') {
    return {
      data: { kind: 'built-in', server: null, keyFile: null },
      text: () => "The estate's own zone (built in)\n",
    };
  }
  const server = formatServerAddress(setting);
  const { keyFile } = setting;
  const signed =
    keyFile === null ? 'updates are not signed' : `updates are signed with the key in ${keyFile}`;
  return { data: { kind: 'server', server, keyFile }, text: () => `The DNS server ${server}; ${signed}\n` };
}
