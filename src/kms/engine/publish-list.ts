import { hresult, type Hresult } from '../../licensing/hresult';

const invalidName = hresult(0x8007007b);
const invalidParameter = hresult(0x80070057);

/** One line of DnsDomainPublishList (K7.5): `text`, or `text, priority, weight` with defaults 0 and 0. */
export interface PublishListEntry {
  /** A domain, or by one scenario page a host name (K7.7): see the publish plan's setting. */
  readonly text: string;
  readonly priority: number;
  readonly weight: number;
}

/** A line that cannot be published, with the reason in a sentence. */
export interface PublishListProblem {
  readonly line: string;
  readonly reason: string;
  /** What event 12293 has of it. */
  readonly hresult: Hresult;
}

const labelPattern = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** True for dotted DNS labels of letters, digits, '-' and '_', at most 253 characters in all. */
function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => labelPattern.test(label));
}

function parseNumber(text: string | undefined): number | null {
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) return null;
  const value = Number(text);
  return value <= 0xffff ? value : null;
}

function parseLine(line: string): PublishListEntry | PublishListProblem {
  const [name = '', priorityText, weightText, ...rest] = line.split(',').map((part) => part.trim());
  const text = name.replace(/\.$/, '');
  if (!isDnsName(text)) return { line, reason: 'This is no DNS name.', hresult: invalidName };
  const priority = parseNumber(priorityText);
  const weight = parseNumber(weightText);
  if (priority === null || weight === null || rest.length > 0) {
    const reason = 'Priority and weight are numbers from 0 to 65535: "domain, priority, weight".';
    return { line, reason, hresult: invalidParameter };
  }
  return { text, priority, weight };
}

/** Reads the lines of DnsDomainPublishList; empty ones are passed over, unusable ones reported (K7.5, K7.7). */
export function parsePublishList(lines: readonly string[]): {
  readonly entries: readonly PublishListEntry[];
  readonly problems: readonly PublishListProblem[];
} {
  const entries: PublishListEntry[] = [];
  const problems: PublishListProblem[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if ('reason' in parsed) problems.push(parsed);
    else entries.push(parsed);
  }
  return { entries, problems };
}
