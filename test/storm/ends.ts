import type { Ran } from './in-process';

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What holds of every end: an error says something, and nothing that is printed acts on a terminal. */
export function checkEnd({ status, out, err }: Ran): void {
  expect(out + err).not.toMatch(control);
  expect(status).not.toBe(70);
  expect(status).toBeGreaterThanOrEqual(0);
  expect(status).toBeLessThan(256);
  if (status !== 0) expect(out + err).not.toBe('');
}
