import * as z from 'zod';
import { addressesOfRange, isWithin, parseCidr } from '../../../fleet/targets/cidr';
import { mostTargets } from '../../../fleet/targets/evaluate';
import type { Discovered } from '../../../fleet/discovery/discovered';
import { rangeCandidates, type ProbedPorts } from '../../../fleet/discovery/range-candidates';
import { usualPort, isTransportName } from '../../../remote/address';
import { discoveryData, discoveryInput, discoveryOptions } from '../../fleet/conclude-discovery';
import { runDiscovery } from '../../fleet/run-discovery';
import { defineCommand } from '../../framework/command';
import { duration, option, single, text, wholeNumber } from '../../framework/fields';
import { Refusal } from '../../refusal';
import { usualConcurrency } from '../../runs/concurrency';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';

const usualRate = 250;
const usualTimeoutMs = 2000;
const mostAtOnce = 768;

/** `ssh=22,winrm=5985,winrms=5986`, or some of them; the others stay as they are. */
const ports = single(
  z.string('ports are missing').transform((value, context): ProbedPorts => {
    const said = value.split(',').flatMap((word) => {
      const [, name = '', number = ''] = /^\s*(\w+)=(\d{1,5})\s*$/.exec(word) ?? [];
      const port = Number(number);
      if (isTransportName(name) && port >= 1 && port <= 65_535) return [[name, port] as const];
      context.addIssue(`"${word}" says no port: ssh=22,winrm=5985,winrms=5986`);
      return [];
    });
    return { ...usualPort, ...Object.fromEntries(said) };
  }),
);

/** slmgr fleet discover range */
export const fleetDiscoverRange = defineCommand({
  name: 'fleet discover range',
  summary: 'Find machines that take connections of SSH or WinRM in blocks and ranges of addresses',
  description:
    'Opens a TCP connection to the ports 22, 5985 and 5986 of each address, at a bounded rate, and closes it again; nothing is sent. Ask ' +
    'first whose network it is: to its owner this is a scan. After Ctrl+C, and after --deadline, what was found by then is told. Ends with 0 ' +
    'where machines were found, 3 where something was not looked at or not read, 4 where none was.',
  positionals: [
    { name: 'ranges', summary: '10.1.0.0/24, 10.1.0.5-10.1.0.99, 10.1.0.5-99, an address', many: true },
  ],
  options: ['exclude', 'ports', 'rate', 'deadline', ...discoveryOptions, ...remoteOptionNames],
  examples: [
    { line: 'slmgr fleet discover range 10.1.0.0/24', does: 'a block of 254 addresses' },
    {
      line: 'slmgr fleet discover range 10.1.0.5-99 --exclude 10.1.0.50 --add',
      does: 'a part of it, remembered',
    },
    {
      line: 'slmgr fleet discover range 10.1.0.0/16 --rate 1000 --deadline 10m',
      does: 'faster, and not for ever',
    },
  ],
  data: discoveryData,
  input: z.object({
    ranges: z.array(text).min(1, 'a word is missing'),
    exclude: option.optional(),
    ports: ports.optional(),
    rate: wholeNumber(1, 10_000).optional(),
    timeout: duration.optional(),
    deadline: duration.optional(),
    ...discoveryInput,
  }),
  run: (input, context) => {
    const addresses = addressesMeant(input.ranges, input.exclude ?? '');
    const search = (signal: AbortSignal): Promise<Discovered> =>
      rangeCandidates({
        addresses,
        ports: input.ports ?? usualPort,
        timeoutMs: Math.max(1, input.timeout ?? usualTimeoutMs),
        rate: input.rate ?? usualRate,
        atOnce: Math.min(mostAtOnce, usualConcurrency().most),
        signal,
        progress: (done, found) => {
          context.console.progress(`${done} of ${addresses.length} addresses, ${found} found`);
        },
      });
    return runDiscovery({ input, options: rawOptions(context), search }, context);
  },
});

function addressesMeant(ranges: readonly string[], exclude: string): readonly string[] {
  const left = exclude.split(',').flatMap((word) => {
    if (word.trim() === '') return [];
    const block = parseCidr(word);
    if (block === null)
      throw new Refusal(`--exclude ${word} is no address and no block: 10.1.0.50, 10.1.0.8/29`);
    return [block];
  });
  const found = new Set<string>();
  for (const word of ranges.flatMap((each) => each.split(','))) {
    const addresses = addressesOfRange(word);
    if ('problem' in addresses) throw new Refusal(`${word} ${addresses.problem}.`);
    for (const address of addresses) {
      if (!left.some((block) => isWithin(address, block))) found.add(address);
    }
    if (found.size > mostTargets) throw new Refusal(`That is more than ${mostTargets} addresses.`);
  }
  if (found.size === 0) throw new Refusal('No address is left.');
  return [...found];
}
