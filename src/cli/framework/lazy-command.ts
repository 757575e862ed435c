import type { Command } from './command';

/** The commands of a table of names, in its order, each loaded when anything but its name is asked of it. */
export function commandsOf(table: Readonly<Record<string, () => Command>>): readonly Command[] {
  return Object.entries(table).map(([name, load]) => lazyCommand(name, load));
}

function lazyCommand(name: string, load: () => Command): Command {
  const loaded = (): Command => {
    const command = load();
    if (command.name !== name) throw new Error(`"${command.name}" stands in the table as "${name}".`);
    return command;
  };
  return new Proxy({} as Command, {
    get: (_, property) => (property === 'name' ? name : (Reflect.get(loaded(), property) as unknown)),
    has: (_, property) => Reflect.has(loaded(), property),
    ownKeys: () => Reflect.ownKeys(loaded()),
    getOwnPropertyDescriptor: (_, property) => Reflect.getOwnPropertyDescriptor(loaded(), property),
  });
}
