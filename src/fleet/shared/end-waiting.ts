import type { Sql } from './queue';

/** So that results become visible in the order of their numbers: whoever writes some does it alone. */
export const inOrder = `SELECT pg_advisory_xact_lock(hashtext('slmgr shared results'))`;

/** Machines of a run whose turn did not come have their result; what may have been changed is looked at first. */
export async function endWaiting(run: string, sql: Sql): Promise<void> {
  await sql.query(inOrder);
  await sql.query(
    `UPDATE shared_machine SET state = 'done', outcome = 'not-run', seq = nextval('shared_result'), result = json_build_object(
       'machine', name, 'outcome', 'not-run', 'verification', null, 'exitCode', null, 'hresult', null, 'step', null,
       'seconds', 0, 'attempts', 0, 'text', '', 'data', null, 'messages', json_build_array())
     WHERE run = $1 AND state IN ('waiting', 'claimed') AND NOT was_begun`,
    [run],
  );
}
