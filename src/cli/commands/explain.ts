import * as z from 'zod';
import {
  errorNumbersIn,
  errorRoles,
  errorsOfLowByte,
  findErrors,
  nearestSymbol,
  type ErrorEntry,
} from '../../licensing/error-table';
import { findEvent, type EventEntryFacts } from '../../licensing/event-table';
import { formatHresult, isHresult, signedHresult, type Hresult } from '../../licensing/hresult';
import { meaningOfStatus } from '../exit-status-meanings';
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

const event = z
  .object({
    id: z.int(),
    level: z.enum(['information', 'warning', 'error']),
    log: z.string(),
    summary: z.string(),
    when: z.string(),
    action: z.string(),
    fields: z.array(z.string()).describe('Its insertion strings, in order'),
  })
  .describe('An event of the licensing service');

const exitStatus = z
  .object({
    status: z.int(),
    meaning: z.string().nullable().describe('What the program itself means by it'),
    candidates: z
      .array(z.object({ code: z.string(), symbol: z.string().nullable(), summary: z.string() }))
      .describe('Error numbers with that low byte, which is all that a POSIX shell sees'),
  })
  .describe('A number up to 255 as the status of a process');

/** slmgr explain CODE|SYMBOL|TEXT */
export const explain = defineCommand({
  name: 'explain',
  summary: 'Explain an error, an event or an exit status: what it means, where it arises, what to do',
  description:
    'An error number may be hexadecimal (with or without 0x, any case), decimal or negative; its last four digits do. ' +
    'A number up to 255 is explained as an exit status too, with the error numbers that it may stand for; the ID of a ' +
    "licensing event with what the event's fields are.",
  positionals: [
    {
      name: 'text',
      summary: 'Error number, symbol, event ID, exit status or words; a whole line of slmgr will do',
      many: true,
    },
  ],
  options: [],
  examples: [
    { line: 'slmgr explain 0xC004F074', does: 'by its number' },
    { line: 'slmgr explain -1073418124', does: "by what a script's exit code was" },
    { line: 'slmgr explain SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED', does: 'by its symbol' },
    { line: 'slmgr explain 12293', does: 'an event of the licensing service' },
    { line: 'slmgr explain 116', does: 'what a shell shows as the exit status' },
    { line: 'slmgr explain count insufficient --json', does: 'by words, as JSON' },
  ],
  data: z.object({
    errors: z.array(explanation),
    events: z.array(event),
    exitStatus: exitStatus.nullable(),
  }),
  input: z.object({ text: z.array(text) }),
  run: ({ text: words }) => {
    const asked = bare(words.join(' '));
    const found = findErrors(asked);
    const events = eventsIn(asked);
    const status = exitStatusIn(asked);
    if (found.length + events.length === 0 && status === null) {
      throw new UsageError(`Nothing is known of "${words.join(' ')}"${hintFor(asked)}`);
    }
    return Promise.resolve({
      warnings: unknownIn(asked, found),
      data: { errors: found.map(explanationOf), events, exitStatus: status },
      text: ({ terminal, width }) => {
        const parts = [explanationText(found), ...events.map(eventText), exitStatusText(status)];
        const whole = parts.filter((part) => part !== '').join('\n');
        return terminal ? wrapText(whole, width, 15) : whole;
      },
    });
  },
});

/** A text without what stands around a word in a sentence. */
function bare(text: string): string {
  return text.replace(/^[\s"'`([{<]+|[\s"'`.,;:!?)\]}>]+$/g, '');
}

/** What a text of which nothing is known may be, and who knows more. */
function hintFor(asked: string): string {
  const [code] = errorNumbersIn(asked);
  if (code !== undefined) return `: ${whoKnows(code)}`;
  if (/^[-+]?(?:0x|\d)/i.test(asked)) return '; an error number looks like 0xC004F074 or -1073418124.';
  const near = nearestSymbol(asked);
  return near === null ? '.' : `; did you mean ${near}?`;
}

/** Windows has texts for numbers that are not in the table. */
function whoKnows(code: Hresult): string {
  const win32 = code <= 0xffff ? code : code >>> 16 === 0x8007 ? code & 0xffff : null;
  return win32 === null
    ? `on Windows "slui.exe 0x2a ${formatHresult(code)}" shows its text.`
    : `it is an error of Windows itself; there "net helpmsg ${win32}" shows its text.`;
}

/** Beside numbers that are known: those that are not. */
function unknownIn(asked: string, found: readonly ErrorEntry[]): string[] {
  const known = new Set<number>(found.map(({ code }) => code));
  const numbers = errorNumbersIn(asked);
  return numbers.length < 2
    ? []
    : numbers
        .filter((code) => !known.has(code) && !known.has(0x80070000 + code))
        .map((code) => `Nothing is known of ${formatHresult(code)}: ${whoKnows(code)}`);
}

/** An error in one line, for those whom Windows' own words do not help; null where nothing is known. */
export function explainShortly(text: string): string | null {
  const [entry] = findErrors(text);
  if (entry === undefined) return null;
  const meaning = entry.message ?? sentenceOf(entry.summary);
  return [meaning, entry.action === null ? '' : `What to do: ${entry.action}`]
    .filter((part) => part !== '')
    .map((part) => (part.endsWith('.') ? part : `${part}.`))
    .join(' ');
}

function eventsIn(asked: string): EventEntryFacts[] {
  const id = /^\s*(?:event(?:\s+id)?\s+)?(\d{3,5})\s*$/i.exec(asked)?.[1];
  const found = id === undefined ? null : findEvent(Number(id));
  return found === null ? [] : [found];
}

/** What a number up to 255 says as the status of a process; null for other text, and where nothing is known. */
function exitStatusIn(asked: string): z.infer<typeof exitStatus> | null {
  const words = /^\s*(?:exit\s+|status\s+|code\s+)*(\d{1,3})\s*$/i.exec(asked)?.[1];
  const status = words === undefined ? 256 : Number(words);
  if (status > 255) return null;
  const meaning = meaningOfStatus(status);
  const candidates = status === 0 ? [] : errorsOfLowByte(status);
  if (meaning === null && candidates.length === 0) return null;
  return {
    status,
    meaning,
    candidates: candidates.map((entry) => ({
      code: codeText(entry),
      symbol: entry.symbol,
      summary: entry.summary,
    })),
  };
}

function eventText({ id, log, level, summary, when, action, fields }: EventEntryFacts): string {
  const lines = [
    `Event ${id} (${log}, ${level})`,
    `  Meaning:     ${summary}`,
    `  When:        ${when}`,
    `  What to do:  ${action}`,
    ...(fields.length === 0 ? [] : [`  Fields:      ${fields.join(', ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function exitStatusText(facts: z.infer<typeof exitStatus> | null): string {
  if (facts === null) return '';
  const { status, meaning, candidates } = facts;
  const lines = [
    `Exit status ${status}`,
    ...(meaning === null ? [] : [`  Meaning:     ${meaning}`]),
    ...(candidates.length === 0
      ? []
      : [
          '  Or the low byte of an error number (--json has it whole), one of:',
          ...candidates.map(({ code, summary }) => `    ${code.padEnd(10)} ${sentenceOf(summary)}`),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function sentenceOf(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}`;
}

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
    `  Meaning:     ${message ?? sentenceOf(summary)}`,
    `  Arises in:   ${zone}${appliesTo.length === 0 ? '' : ` (${appliesTo.join(', ')})`}`,
    ...(when === null ? [] : [`  When:        ${when}`]),
    ...(action === null ? [] : [`  What to do:  ${action}`]),
    ...(confidence === null ? [] : [`  Note:        ${confidence}`]),
  ];
  return `${lines.join('\n')}\n`;
}
