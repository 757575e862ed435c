import type { TargetsFile } from './targets-file';

/** Several targets files as one: a name is that of the first file that has it, groups of one name are joined. */
export function joinTargets(files: readonly TargetsFile[]): TargetsFile {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  const groups = new Map<string, readonly string[]>();
  for (const file of files) {
    for (const [name, members] of Object.entries(file.groups)) {
      groups.set(name, [...(groups.get(name) ?? []), ...members]);
    }
  }
  return {
    names: files.flatMap(({ names }) => names),
    groups: Object.fromEntries(groups),
    find: (name) => {
      for (const file of files) {
        const found = file.find(name);
        if (found !== null) return found;
      }
      return null;
    },
  };
}
