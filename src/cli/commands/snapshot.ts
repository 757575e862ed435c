import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { printableJson } from '../../transports/harmless-text';
import { errorCode } from '../../transports/error-facts';
import { systemReason } from '../../transports/local/system-reason';
import { takeSnapshot } from '../../providers/snapshot/write';
import { defineCommand, UsageError, type CommandContext, type CommandResult } from '../framework/command';
import { option, text, wholeNumber } from '../framework/fields';
import { writeNamedFile } from '../output/named-file';
import { safeFileName } from '../output/safe-file-name';
import { Refusal } from '../refusal';
import { shownRunOptions } from '../runs/own-options';
import { runData } from '../schemas/run';
import { openTarget, rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';
import { manyMeant } from './many-meant';

const instance = z.record(z.string(), z.unknown());

const snapshotData = z.object({
  schema: z.string(),
  machine: z.string(),
  capturedAt: z.iso.datetime(),
  service: instance,
  products: z.array(instance),
  tokenLicenses: z.array(instance),
  certificates: z.array(z.string()).optional(),
  activationObjects: z.union([z.literal('unsupported'), z.array(instance)]),
  domain: z.string().nullable(),
});

/** slmgr snapshot [TARGET] */
export const snapshot = defineCommand({
  name: 'snapshot',
  summary: "Write a machine's licensing instances as one JSON file",
  description:
    'The file answers the reading verbs later and elsewhere: "slmgr --snapshot FILE /dlv". It holds no product key, only ' +
    'the last five characters of each. docs/guide.md has a PowerShell line that writes one on a real machine. Many machines ' +
    'are a run: each becomes the file NAME.json of the folder --out, and a machine that could not be read leaves the file ' +
    'that was there; with --json or --ndjson and without --out each snapshot is the data of its result. In the name of a ' +
    'file all but letters, digits, "-", "_" and "." is written as "%" and two digits.',
  positionals: [
    {
      name: 'target',
      summary: 'Machine, or an expression of several; the local one if none is named',
      optional: true,
      holds: 'machine',
    },
  ],
  options: ['out', 'snapshot', ...shownRunOptions, ...remoteOptionNames],
  examples: [
    { line: 'slmgr snapshot PC-001 > pc-001.json', does: 'record a machine' },
    { line: 'slmgr --snapshot pc-001.json /xpr', does: 'ask the recorded machine' },
    { line: "slmgr snapshot 'PC-*' --out recorded", does: 'many, each in a file of the folder' },
  ],
  data: z.union([snapshotData, runData]),
  input: z.object({
    target: text.optional(),
    out: option.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    retries: wholeNumber(0, 20).optional(),
  }),
  run: async ({ target, out }, context) => {
    const words = target === undefined ? [] : [target];
    if (manyMeant(words, rawOptions(context))) return snapshotMany(words, out ?? null, context);
    const provider = await openTarget(target ?? null, context);
    try {
      const taken = await takeSnapshot(provider);
      const whole = `${printableJson(taken, 2)}\n`;
      if (out !== undefined) writeNamedFile(out, whole);
      return { data: taken, text: () => (out === undefined ? whole : ''), target: provider.description };
    } finally {
      await provider.close();
    }
  },
});

async function snapshotMany(
  words: readonly string[],
  out: string | null,
  context: CommandContext,
): Promise<CommandResult> {
  const options = rawOptions(context);
  if (options.snapshot !== undefined) {
    throw new UsageError('A snapshot is of one machine: name no others beside --snapshot.');
  }
  if (out === null && !context.json) {
    throw new UsageError(
      'Snapshots of many machines go into a folder, which --out names, or out with --json or --ndjson.',
    );
  }
  if (out !== null) makeFolder(out);
  const {
    data,
    text: folded,
    exitCode,
    messages,
  } = await context.parts.runs().showCommandOnMany(
    {
      verb: 'snapshot',
      words,
      options,
      work: {
        kind: 'read',
        read: async (provider, name) => {
          const taken = await takeSnapshot(provider);
          if (out === null) return { text: '', data: taken };
          const file = `${safeFileName(name)}.json`;
          writeNamedFile(join(out, file), `${printableJson(taken, 2)}\n`);
          return { text: `${file}\n`, data: { file: join(out, file) } };
        },
      },
    },
    context,
  );
  return { data, text: folded, exitCode, warnings: messages };
}

/** Before anything is connected: nobody waits for snapshots that cannot be kept. */
function makeFolder(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const why = errorCode(error) === 'EEXIST' ? 'there is a file of that name' : systemReason(error);
    throw new Refusal(`The folder ${path} cannot be made: ${why}. Nothing was sent.`, { cause: error });
  }
}
