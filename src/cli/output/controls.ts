/**
 * Makes control characters harmless before a terminal sees them: what came from a machine, a file or a name server
 * may hold escape sequences. Line feeds and tabs stay, colours that we put in (SGR sequences) stay.
 */
export function stripControls(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what it is about
    /\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (found) => (found.length > 1 ? found : '\ufffd'),
  );
}
