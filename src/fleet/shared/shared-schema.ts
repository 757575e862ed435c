/**
 * The tables of shared runs. They stand beside those of the inventory and are made at the first shared run. No password
 * has a column: a worker has its own sources.
 */
export const sharedSchema: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS shared_run (
    id TEXT PRIMARY KEY, head JSON NOT NULL, begun_at TIMESTAMPTZ NOT NULL DEFAULT now(), deadline_at TIMESTAMPTZ,
    batch INTEGER NOT NULL DEFAULT 0, stopped TEXT CHECK (stopped IN ('interrupted', 'max-fail', 'deadline'))
  )`,
  `CREATE TABLE IF NOT EXISTS shared_chunk (
    run TEXT NOT NULL REFERENCES shared_run (id) ON DELETE CASCADE, chunk INTEGER NOT NULL, batch INTEGER NOT NULL,
    queue TEXT NOT NULL, PRIMARY KEY (run, chunk)
  )`,
  `CREATE TABLE IF NOT EXISTS shared_machine (
    run TEXT NOT NULL REFERENCES shared_run (id) ON DELETE CASCADE, place INTEGER NOT NULL, chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL, name TEXT NOT NULL, via TEXT NOT NULL, site TEXT, jump TEXT, way JSON, task JSON,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'begun', 'done')),
    was_begun BOOLEAN NOT NULL DEFAULT false, worker TEXT, hold TEXT, outcome TEXT, result JSON, seq BIGINT,
    PRIMARY KEY (run, place)
  )`,
  'CREATE INDEX IF NOT EXISTS shared_machine_by_chunk ON shared_machine (run, chunk)',
  'CREATE INDEX IF NOT EXISTS shared_machine_by_seq ON shared_machine (run, seq)',
  `CREATE INDEX IF NOT EXISTS shared_machine_begun ON shared_machine (run) WHERE state = 'begun'`,
  `CREATE INDEX IF NOT EXISTS shared_machine_left ON shared_machine (run, batch) WHERE state <> 'done'`,
  `CREATE INDEX IF NOT EXISTS shared_machine_failed ON shared_machine (run)
    WHERE outcome IN ('failed', 'unreachable', 'unknown')`,
  'CREATE SEQUENCE IF NOT EXISTS shared_result',
  `CREATE TABLE IF NOT EXISTS shared_worker (
    id TEXT PRIMARY KEY, computer TEXT NOT NULL, process INTEGER NOT NULL, concurrency INTEGER NOT NULL,
    sites JSON NOT NULL, doing TEXT NOT NULL, started_at BIGINT NOT NULL, seen_at TIMESTAMPTZ NOT NULL
  )`,
];
