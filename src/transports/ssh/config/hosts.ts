import { join } from 'node:path';
import { type ConfigFiles, type ConfigLine } from './files';
import { filesOf } from './glob';
import { type ConfigNames, type ConfigPlaces, includePattern } from './read';
import { withTokensAndVariables } from './tokens';

/** A pattern of a Host line, and the file that it stands in. */
export interface HostPattern {
  readonly pattern: string;
  readonly file: string;
}

type Names = Pick<ConfigNames, 'home' | 'localUser' | 'env'>;

/**
 * The patterns of all Host lines, whether they hold or not, files of Include among them. It is for hints: a file that
 * cannot be read is left out, and so is an Include that hangs on the host.
 */
export function hostPatterns(files: ConfigFiles, places: ConfigPlaces, names: Names): readonly HostPattern[] {
  const found: HostPattern[] = [];
  const seen = new Set<string>();
  const read = (file: string, isUsers: boolean): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const line of linesOf(files, file)) {
      if (line.keyword === 'host') found.push(...line.words.map((pattern) => ({ pattern, file: line.file })));
      if (line.keyword === 'include')
        included(line, isUsers, names, places).forEach((each) => read(each, isUsers));
    }
  };
  read(places.userFile, true);
  read(join(places.systemFolder, 'ssh_config'), false);
  return found;
}

function linesOf(files: ConfigFiles, file: string): readonly ConfigLine[] {
  try {
    return files.lines(file, true) ?? [];
  } catch {
    return [];
  }
}

function included(line: ConfigLine, isUsers: boolean, names: Names, places: ConfigPlaces): readonly string[] {
  const { home, localUser, env } = names;
  return line.words.flatMap((word) => {
    try {
      const replaced = (): string => withTokensAndVariables(word, { d: home, u: localUser }, env);
      return filesOf(includePattern(word, { ...names, ...places, isUsers }, replaced));
    } catch {
      return [];
    }
  });
}
