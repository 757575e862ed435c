import * as z from 'zod';
import { nearest } from '../../licensing/nearest';
import { findVerb, verbs } from '../../verbs/table';
import { commandNames } from '../command-names';
import { defineCommand, type CommandContext } from '../framework/command';
import { Refusal } from '../refusal';

const document = z.object({ topic: z.string(), text: z.string() });

/** slmgr help [TOPIC...] */
export const help = defineCommand({
  name: 'help',
  summary: 'Show help for a verb, a command or a group of commands',
  description: 'A machine that is called "help" is reached as help. (with a dot) or ssh://help.',
  positionals: [
    {
      name: 'topic',
      summary: 'A verb, with or without /, or the words of a command',
      optional: true,
      many: true,
      holds: 'topic',
    },
  ],
  options: [],
  examples: [
    { line: 'slmgr help', does: 'every verb and every command' },
    { line: 'slmgr help ato', does: 'a verb' },
    { line: 'slmgr help lab add', does: 'a command' },
  ],
  data: document,
  input: z.object({ topic: z.array(z.string()).default([]) }),
  run: async ({ topic }, context) => {
    const text = await output(lineFor(topic), context);
    return { data: { topic: topic.join(' '), text }, text: () => text };
  },
});

/** slmgr version */
export const versionCommand = defineCommand({
  name: 'version',
  summary: 'Show the version, Node and the store driver',
  positionals: [],
  options: [],
  examples: [{ line: 'slmgr version --json', does: 'for programs' }],
  data: z.object({
    version: z.string(),
    node: z.string(),
    platform: z.string(),
    storeDriver: z.object({ name: z.string(), sqlite: z.string() }).nullable(),
  }),
  input: z.object({}),
  run: async (_input, { json, console, run }) => {
    await run(json ? ['--version', '--json'] : ['--version'], console);
    return null;
  },
});

/** The command line that shows the help of a topic. @throws Refusal for none that is known */
function lineFor(topic: readonly string[]): readonly string[] {
  const [first, second] = topic;
  if (first === undefined) return ['--help'];
  const word = first.toLowerCase();
  const verb = word.replace(/^[/-]/, '');
  if (topic.length === 1 && findVerb(verb) !== undefined) return [`/${verb}`, '--help'];
  const below = Object.hasOwn(commandNames, word) ? commandNames[word] : undefined;
  if (below === null) return [word, '--help'];
  if (below !== undefined && (second === undefined || below.includes(second.toLowerCase())))
    return [...topic.map((one) => one.toLowerCase()), '--help'];
  const near = nearTopic(word, second?.toLowerCase());
  const hint = near === null ? '"slmgr help" lists what there is' : `did you mean "slmgr help ${near}"?`;
  throw new Refusal(`There is no help on "${topic.join(' ')}"; ${hint}`);
}

function nearTopic(word: string, second: string | undefined): string | null {
  const below = commandNames[word];
  if (Object.hasOwn(commandNames, word) && second !== undefined) {
    const near = nearest(second, below ?? []);
    return near === null ? word : `${word} ${near}`;
  }
  const groups = Object.entries(commandNames).filter(([, names]) => names?.includes(word));
  if (groups[0] !== undefined) return `${groups[0][0]} ${word}`;
  return nearest(word.replace(/^[/-]/, ''), [...Object.keys(commandNames), ...verbs.map(({ name }) => name)]);
}

async function output(line: readonly string[], { console, run }: CommandContext): Promise<string> {
  let text = '';
  await run(line, { ...console, out: (more) => (text += more) });
  return text;
}
