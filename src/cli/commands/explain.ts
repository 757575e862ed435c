import * as z from 'zod';
import { errorRoles, findErrors, type ErrorEntry } from '../../licensing/error-table';
import { formatHresult, isHresult, signedHresult } from '../../licensing/hresult';
import { defineCommand, UsageError } from '../framework/command';
import { text } from '../framework/fields';
import { wrapText } from '../output/wrap';

/** How many entries text mode shows in full. */
const shownInFull = 5;

const explanation = z.object({
  code: z.string(),
  /** As a signed number, as scripts see it on Windows. */
  number: z.int(),
  symbol: z.string().nullable(),
  kind: z.enum(['error', 'info']),
  zone: z.string(),
  summary: z.string(),
  message: z.string().nullable(),
  appliesTo: z.array(z.enum(errorRoles)),
  when: z.string().nullable(),
  action: z.string().nullable(),
  documentedForAdmins: z.boolean(),
  confidence: z.string().nullable(),
});

/** slmgr explain CODE|SYMBOL|TEXT */
export const explain = defineCommand({
  name: 'explain',
  summary: 'Explain an error: what it means, where it arises, what to do',
  positionals: [
    { name: 'text', summary: 'Error number, symbol, or words; a whole line of slmgr will do', many: true },
  ],
  options: [],
  examples: [
    { line: 'slmgr explain 0xC004F074', does: 'by its number' },
    { line: 'slmgr explain -1073418124', does: "by what a script's exit code was" },
    { line: 'slmgr explain SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED', does: 'by its symbol' },
    { line: 'slmgr explain count insufficient --json', does: 'by words, as JSON' },
  ],
  data: z.object({ errors: z.array(explanation) }),
  input: z.object({ text: z.array(text) }),
  run: ({ text: words }) => {
    const asked = words.join(' ');
    const found = findErrors(asked);
    if (found.length === 0) throw new UsageError(`Nothing is known of "${asked}".`);
    return Promise.resolve({
      data: { errors: found.map(explanationOf) },
      text: ({ terminal, width }) => {
        const whole = explanationText(found);
        return terminal ? wrapText(whole, width, 15) : whole;
      },
    });
  },
});

function explanationOf(entry: ErrorEntry): z.infer<typeof explanation> {
  const { code, appliesTo, ...rest } = entry;
  return { code: codeText(entry), number: signedHresult(code), ...rest, appliesTo: [...appliesTo] };
}

function codeText({ code }: ErrorEntry): string {
  return isHresult(code) || code > 0xffff ? formatHresult(code) : String(code);
}

function explanationText(found: readonly ErrorEntry[]): string {
  const full = found.slice(0, shownInFull).map(fullText);
  const more = found
    .slice(shownInFull)
    .map((entry) => `${codeText(entry)}  ${entry.symbol ?? ''}  ${entry.summary}\n`);
  return full.join('\n') + (more.length === 0 ? '' : `\nAlso:\n${more.join('')}`);
}

function fullText(entry: ErrorEntry): string {
  const { symbol, summary, message, zone, appliesTo, when, action, confidence } = entry;
  const lines = [
    `${codeText(entry)}${symbol === null ? '' : `  ${symbol}`}`,
    `  Meaning:     ${message ?? `${summary.charAt(0).toUpperCase()}${summary.slice(1)}`}`,
    `  Arises in:   ${zone}${appliesTo.length === 0 ? '' : ` (${appliesTo.join(', ')})`}`,
    ...(when === null ? [] : [`  When:        ${when}`]),
    ...(action === null ? [] : [`  What to do:  ${action}`]),
    ...(confidence === null ? [] : [`  Note:        ${confidence}`]),
  ];
  return `${lines.join('\n')}\n`;
}
