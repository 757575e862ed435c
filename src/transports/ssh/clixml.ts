const header = '#< CLIXML';

function decodeText(text: string): string {
  return text
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/**
 * Standard error of a PowerShell without a console, as people can read it: the texts of its error, warning, verbose
 * and debug records, without progress records. Text that is no CLIXML stays as it is. For `--debug` only: nothing is
 * ever concluded from it.
 */
export function readableStderr(stderr: string): string {
  if (!stderr.includes(header)) return stderr;
  const records = stderr.matchAll(/<S S="(Error|Warning|Verbose|Debug|Information)">([\s\S]*?)<\/S>/g);
  const texts = [...records].map(([, , text = '']) => decodeText(text));
  const outside = stderr
    .replaceAll(header, '')
    .replaceAll(/<Objs [\s\S]*?<\/Objs>/g, '')
    .trim();
  return [outside, texts.join('').trim()].filter((part) => part !== '').join('\n');
}
