/**
 * Errors of Node itself by their shape and not by their class: a program may carry more than one realm (tests, worker
 * threads), in which `instanceof Error` is false for them.
 */
function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null && name in error
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The `code` of an error (`ENOENT`, `ECONNREFUSED`), of the first one in an aggregate; empty where it has none. */
export function errorCode(error: unknown): string {
  const inner = field(error, 'errors');
  if (Array.isArray(inner) && inner.length > 0) return errorCode(inner[0]);
  const code = field(error, 'code');
  return typeof code === 'string' ? code : '';
}

/** The message of an error, or what was thrown as text. */
export function errorMessage(error: unknown): string {
  const message = field(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

/** The `level` by which ssh2 sorts its errors. */
export function errorLevel(error: unknown): string {
  const level = field(error, 'level');
  return typeof level === 'string' ? level : '';
}
