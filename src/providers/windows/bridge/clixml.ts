/** What a console's error stream begins with when PowerShell writes its objects as XML. */
const head = '#< CLIXML';

const errorText = /<S S="Error">([^<]*)<\/S>/g;
const escaped = /_x([0-9A-Fa-f]{4})_/g;
const entity = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/g;
const named: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};
// eslint-disable-next-line no-control-regex -- colours of a terminal are taken out
const colours = /\u001b\[[0-9;]*m/g;

function decoded(text: string): string {
  return text
    .replaceAll(entity, (whole, decimal?: string, hexadecimal?: string) => {
      const known = named[whole];
      if (known !== undefined) return known;
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
      return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    })
    .replaceAll(escaped, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replaceAll(colours, '');
}

/**
 * The error stream of a PowerShell as a person reads it. PowerShell writes records as CLIXML where nobody reads its
 * console: the texts of errors are taken out of it, progress is left out. Any other text stays as it is.
 */
export function readableErrors(stderr: string): string {
  const start = stderr.indexOf(head);
  if (start < 0) return stderr;
  const errors = [...stderr.slice(start).matchAll(errorText)].map(([, text = '']) => decoded(text));
  return `${stderr.slice(0, start)}${errors.join('')}`.trim();
}
