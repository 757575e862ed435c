import { confirmed } from '../../../fleet/proxy/proxy-list';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { answersOfFile } from './answers-of-file';
import { openOf, type Filled, type Unanswered } from './filled';
import { readListFile, type ListFile } from './list-file';
import type { FillRequest } from './requests';
import type { OpenEntry, ShownFilled } from './shown';
import { typeConfirmations } from './type-confirmations';

/** So many answers of the telephone may be lost with this computer; asked again, it gives the same ones. */
const answersBetweenWrites = 500;

/** Fills confirmation IDs into a file, which is written as a whole or not at all. */
export async function fillProxy(request: FillRequest, around: Surroundings): Promise<ShownFilled> {
  const { file, from, telephone } = request;
  if (from !== null && telephone) throw new Refusal('--from and --telephone are two sources: name one.');
  const read = readListFile(file);
  const before = openOf(read.list).length;
  const filled = await fillFrom(request, read, around);
  if (!filled.isWritten) read.write(filled.list);
  return shown(request, before, filled);
}

async function fillFrom(
  { from, telephone }: FillRequest,
  read: ListFile,
  around: Surroundings,
): Promise<Filled> {
  if (from !== null) return answersOfFile(from, read.list);
  if (telephone) return askTelephone(read, around);
  return typeConfirmations(read, around);
}

function askTelephone({ list, write }: ListFile, around: Surroundings): Filled {
  const telephone = around.parts.lab().openTelephone(around);
  const reasons = new Map<string, Unanswered>();
  const entries = [...list.entries];
  let unwritten = 0;
  try {
    for (const [at, entry] of entries.entries()) {
      if (entry.confirmationId !== null) continue;
      const answer = telephone.confirm(entry.installationId);
      if (!answer.ok) {
        reasons.set(entry.id, { reason: answer.message, hresult: answer.hresult });
        continue;
      }
      entries[at] = confirmed(entry, answer.confirmationId);
      unwritten += 1;
      if (unwritten % answersBetweenWrites === 0) write({ ...list, entries });
    }
  } finally {
    telephone.close();
  }
  return { list: { ...list, entries }, reasons, messages: [], isWritten: unwritten === 0 };
}

function shown({ file }: FillRequest, before: number, { list, reasons, messages }: Filled): ShownFilled {
  const open = openOf(list).map(({ id, machine }): OpenEntry => {
    const { reason, hresult } = reasons.get(id) ?? { reason: null, hresult: null };
    return { id, machine, reason, hresult };
  });
  const filled = before - open.length;
  const rest = open.length === 0 ? 'none is open' : `${open.length} still open`;
  return {
    entries: list.entries.length,
    filled,
    open,
    text: `${filled} confirmation ${filled === 1 ? 'ID' : 'IDs'} filled into ${file}, ${rest}.\n`,
    exitCode: statusOf(filled, open.length),
    messages: [...messages, ...reasonLines(open)],
  };
}

function statusOf(filled: number, open: number): number {
  if (open === 0) return 0;
  return filled === 0 ? 4 : 3;
}

const shownReasons = 5;

/** The commonest reasons, a line each. */
function reasonLines(open: readonly OpenEntry[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { reason } of open) {
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, shownReasons)
    .map(([reason, count]) => `${count} × ${reason}`);
}
