import { verbGroups, verbs, type Verb, type VerbGroup } from './table';

const heading = [
  'Windows Software Licensing Management Tool',
  'Usage: slmgr.vbs [MachineName [User Password]] [<Option>]',
  '           MachineName: Name of remote machine (default is local machine)',
  '           User:        Account with required privilege on remote machine',
  '           Password:    password for the previous account',
] as const;

/** The lines of slmgr's usage text. */
export function usageLines(): readonly string[] {
  const groups = Object.keys(verbGroups) as readonly VerbGroup[];
  return [...heading, ...groups.flatMap((group) => ['', ...groupLines(group)])];
}

/** The words behind a verb as the usage text writes them. */
export function parameterWords(verb: Verb): string {
  return verb.parameters.map((parameter) => parameter.usage).join(' ');
}

function groupLines(group: VerbGroup): readonly string[] {
  const title = verbGroups[group];
  const lines = verbs
    .filter((verb) => verb.group === group)
    .flatMap((verb) => [`/${verb.name} ${parameterWords(verb)}`, `    ${verb.usage}`]);
  return title === null ? lines : [title, ...lines];
}
