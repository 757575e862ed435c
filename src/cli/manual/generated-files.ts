import * as z from 'zod';
import { version } from '../../../package.json';
import { dryRunData, verbDataSchemas, type VerbDataName } from '../../render/schemas/verbs';
import { publishedPolicySchema } from '../../fleet/policy/policy';
import { verbs } from '../../verbs/table';
import { commands } from '../commands';
import { documentEnvelope } from '../schemas/document';
import { runDocument, runResultLine } from '../schemas/run';
import { manPage } from './man-page';
import { commandReference, optionReference, verbReference } from './markdown';

/** Every generated file: its path below the project with its content. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  files.set('docs/reference/verbs.md', verbReference());
  files.set('docs/reference/commands.md', commandReference(commands));
  files.set('docs/reference/options.md', optionReference());
  files.set('man/slmgr.1', manPage(version, commands));
  for (const { name, changesState } of verbs) {
    if (!hasSchema(name)) continue;
    const data = changesState ? z.union([verbDataSchemas[name], dryRunData]) : verbDataSchemas[name];
    files.set(`docs/schemas/verb-${name}.json`, schemaText(`slmgr /${name}`, name, data));
  }
  for (const command of commands) {
    const name = command.name.replaceAll(' ', '-');
    files.set(`docs/schemas/${name}.json`, schemaText(`slmgr ${command.name}`, command.name, command.data));
  }
  files.set('docs/schemas/run.json', titled('slmgr MACHINES /verb --json', runDocument));
  files.set(
    'docs/schemas/policy.json',
    titled('slmgr plan POLICY: the policy', publishedPolicySchema, 'input'),
  );
  files.set('docs/schemas/run-result.json', titled('slmgr MACHINES /verb --ndjson, a line', runResultLine));
  return files;
}

function hasSchema(name: string): name is VerbDataName {
  return Object.hasOwn(verbDataSchemas, name);
}

function schemaText(title: string, verb: string, data: z.ZodType): string {
  return titled(`${title} --json`, documentEnvelope(verb, data));
}

/** What comes out of a schema, or what is put in, which may have other forms. */
function titled(title: string, schema: z.ZodType, io: 'input' | 'output' = 'output'): string {
  const text = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return `${JSON.stringify({ title, ...text }, null, 2)}\n`;
}
