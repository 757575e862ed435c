import * as z from 'zod';
import type { Candidate } from '../../../fleet/discovery/candidate';
import type { Discovered } from '../../../fleet/discovery/discovered';
import { usualPort } from '../../../remote/address';
import type { TargetsFile } from '../../../remote/targets-file';
import { discoveryData, discoveryInput, discoveryOptions } from '../../fleet/conclude-discovery';
import { runDiscovery } from '../../fleet/run-discovery';
import { defineCommand } from '../../framework/command';
import { text } from '../../framework/fields';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';

/** slmgr fleet discover inventory */
export const fleetDiscoverInventory = defineCommand({
  name: 'fleet discover inventory',
  summary: 'Find machines in inventories of Ansible and other files that name machines',
  description:
    'Reads what --targets reads: inventories of Ansible (INI, YAML, the JSON of ansible-inventory --list), CSV with a header, a list, ' +
    'targets files; - is standard input. Connects to nobody unless --scan says so. Ends with 0, with --scan 3 where some machines were not ' +
    'read, 4 where none was.',
  positionals: [
    {
      name: 'files',
      summary: 'Files; ansible:FILE, csv:FILE, hosts:FILE say which',
      many: true,
      holds: 'file',
    },
  ],
  options: [...discoveryOptions, ...remoteOptionNames.filter((name) => name !== 'targets')],
  examples: [
    { line: 'slmgr fleet discover inventory hosts.ini', does: 'who is in it, and how each is reached' },
    { line: 'slmgr fleet discover inventory hosts.ini --add', does: 'remember them' },
    { line: 'ansible-inventory --list | slmgr fleet discover inventory - --scan', does: 'read them at once' },
  ],
  data: discoveryData,
  input: z.object({ files: z.array(text).min(1, 'a word is missing'), ...discoveryInput }),
  run: (input, context) => {
    const { console, parts } = context;
    const options = { ...rawOptions(context), targets: input.files };
    const search = (_signal: AbortSignal, files: TargetsFile | undefined): Promise<Discovered> => {
      const run = parts.remote().openRun({ options, console, parts, targets: files });
      const from = input.files.join(', ');
      const candidates = (files?.names ?? []).map((name): Candidate => {
        const { transport: via, host, port } = run.planned({ machine: name, account: null });
        return {
          name,
          address: host === name ? null : host,
          via,
          port: port === usualPort[via] ? null : (port ?? null),
          from,
          detail: null,
        };
      });
      return Promise.resolve({ candidates, notes: [], problems: [] });
    };
    return runDiscovery({ input, options, search }, context);
  },
});
