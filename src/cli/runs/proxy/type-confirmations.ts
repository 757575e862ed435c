import {
  bareDigits,
  groupCount,
  groupDigits,
  groupName,
  groupProblem,
  inGroups,
} from '../../../fleet/proxy/confirmation-id';
import { confirmed, type ProxyEntry } from '../../../fleet/proxy/proxy-list';
import type { RemotePart, Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { openOf, type Filled } from './filled';
import type { ListFile } from './list-file';

/** What a person does with one entry: all of its digits, nothing for now, or nothing more at all. */
type Typed =
  { readonly kind: 'whole'; readonly digits: string } | { readonly kind: 'later' } | { readonly kind: 'end' };

/**
 * Asks a person at the terminal for each confirmation ID, group by group, as they are told on the telephone. Each group is
 * looked at when it is typed; each whole ID is on disk before the next one is asked for.
 * @throws Refusal where nobody can be asked
 */
export async function typeConfirmations(
  { list, write }: ListFile,
  { console, parts }: Surroundings,
): Promise<Filled> {
  const open = openOf(list);
  let filled = list;
  for (const [at, entry] of open.entries()) {
    const head = `${at === 0 ? `${instructions}\n` : ''}\n${headOf(entry, at + 1, open.length)}`;
    const typed = await typeOne(entry, head, parts.remote().askLine, (sentence) => {
      console.err(`slmgr: ${sentence}\n`);
    });
    if (typed.kind === 'end') break;
    if (typed.kind === 'later') continue;
    const entries = filled.entries.map((each) =>
      each.id === entry.id ? confirmed(each, typed.digits) : each,
    );
    filled = { ...filled, entries };
    write(filled);
  }
  return { list: filled, reasons: new Map(), messages: [], isWritten: true };
}

const instructions =
  'Type the groups that the telephone tells, one or several a line. An empty line goes to the next product, Ctrl+D ends; what is whole is kept.';
const nobody =
  'Nobody can be asked here for confirmation IDs: --from FILE takes them from a file, --telephone lab asks the telephone of the laboratory.';

function headOf({ machine, productName, id, installationId }: ProxyEntry, at: number, all: number): string {
  const what = [machine ?? id, productName].filter((part) => part !== null).join(', ');
  return `${what} (${at} of ${all})\nInstallation ID: ${inGroups(installationId)}\n`;
}

async function typeOne(
  { installationId }: ProxyEntry,
  head: string,
  ask: RemotePart['askLine'],
  tell: (sentence: string) => void,
): Promise<Typed> {
  const groups: string[] = [];
  let before = head;
  while (groups.length < groupCount) {
    const answer = await ask(`${before}Group ${groupName(groups.length)}: `);
    if (answer.kind === 'nobody') throw new Refusal(nobody);
    if (answer.kind === 'end') return answer;
    const said = groupsIn(answer.line);
    if (said.length === 0) return { kind: 'later' };
    const problem = takeGroups(said, groups, installationId);
    if (problem !== null) tell(`${problem}. Type it again.`);
    before = '';
  }
  return { kind: 'whole', digits: groups.join('') };
}

/** Groups as they were parted; digits without a break are parted here. */
function groupsIn(line: string): readonly string[] {
  const words = line.split(/[\s-]+/).filter((word) => word !== '');
  const [only, ...more] = words;
  if (only === undefined || more.length > 0 || only.length <= groupDigits) return words;
  return bareDigits(only).match(new RegExp(`.{1,${groupDigits}}`, 'g')) ?? [];
}

/** Takes groups up to the first that cannot be right; what is wrong with that one. */
function takeGroups(said: readonly string[], groups: string[], installationId: string): string | null {
  if (groups.length + said.length > groupCount)
    return `a confirmation ID has no more than ${groupCount} groups`;
  for (const group of said) {
    const problem = groupProblem(group, groups.length, installationId);
    if (problem !== null) return problem;
    groups.push(group);
  }
  return null;
}
