import * as z from 'zod';
import { defineCommand, UsageError } from '../framework/command';
import { flag, option } from '../framework/fields';
import { openTarget } from '../targets/open-target';

/** slmgr agent --stdio [NAME] */
export const agent = defineCommand({
  name: 'agent',
  summary: "Serve this computer's licensing to another slmgr",
  description:
    'The far side of "slmgr ssh://USER@HOST" for a machine that runs slmgr itself: an entry of the targets file with `agent: true` ' +
    'starts it over SSH. One request a line on standard input, one answer a line on standard output, until the input ends.',
  positionals: [
    { name: 'name', summary: 'Lab machine; the local machine without one', optional: true, holds: 'machine' },
  ],
  options: ['stdio'],
  examples: [
    { line: 'ssh admin@jump slmgr agent --stdio PC-001', does: 'what slmgr itself starts on the far side' },
  ],
  data: z.null(),
  input: z.object({ name: option.optional(), stdio: flag }),
  run: async ({ name, stdio }, context) => {
    if (!stdio) throw new UsageError('The agent speaks on standard input and output only: say --stdio.');
    const provider = await openTarget(name ?? null, context);
    try {
      await context.parts.remote().serveStdio(provider, context.console);
    } finally {
      await provider.close();
    }
    return null;
  },
});
