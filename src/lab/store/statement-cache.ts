import type { SqlStatement } from './driver';

/** Prepares each text of SQL once, as long as its database is open. */
export function statementCache(make: (sql: string) => SqlStatement): {
  readonly prepare: (sql: string) => SqlStatement;
  readonly clear: () => void;
} {
  const prepared = new Map<string, SqlStatement>();
  return {
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const made = make(sql);
      prepared.set(sql, made);
      return made;
    },
    clear: () => {
      prepared.clear();
    },
  };
}
