/** Name and version of the JSON line of one machine under --ndjson. */
export const runResultSchema = 'slmgr.run-result/1';
