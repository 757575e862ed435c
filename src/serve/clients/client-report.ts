import { statusFlag } from '../../kms/engine/client-events';
import { clientError } from '../../kms/engine/refusals';
import type { Catalogue } from '../../licensing/catalogue/types';
import { hresult, parseHresult, type Hresult } from '../../licensing/hresult';
import type { EventEntry } from '../../lab/model/events';
import type { MachineState, ProductState } from '../../lab/model/state';

/** A host that a client asked, in the order of trial (event 12288). */
interface AskedHost {
  /** host:port as the client addressed it. */
  readonly host: string;
  /** 0: it answered with a count. */
  readonly hresult: Hresult;
}

/** What the host that served answered (event 12289). */
interface ServedAnswer {
  readonly count: number;
  readonly activationIntervalMinutes: number;
  readonly renewalIntervalMinutes: number;
}

/** One activation or renewal attempt of one product of a simulated client. */
export interface ClientReport {
  readonly machine: string;
  readonly activationId: string;
  /** Friendly name of the product. */
  readonly product: string;
  /** The estate's time, epoch ms. */
  readonly at: number;
  /** 0: activated; else what slmgr shows or the event log has. */
  readonly hresult: Hresult;
  readonly asked: readonly AskedHost[];
  /** Null: no host served it. */
  readonly answer: ServedAnswer | null;
  /** The product as it is now. */
  readonly state: ProductState;
}

const ids = { requestSent: 12288, replyProcessed: 12289, taskFailed: 8198 } as const;

/** IDs of the events that an attempt writes. */
export const attemptEventIds: readonly number[] = Object.values(ids);

/** One attempt's entries with what they name. */
interface Attempt {
  readonly entries: readonly EventEntry[];
  readonly activationId: string;
}

/**
 * The attempts that a machine's log entries tell of, in their order: each ends with its reply, with event 8198 or
 * before the next product's. Those of products that the machine no longer has are left out.
 */
export function reportsOf(
  machine: MachineState,
  entries: readonly EventEntry[],
  catalogue: Pick<Catalogue, 'edition'>,
): readonly ClientReport[] {
  return attemptsOf(entries).flatMap(({ entries: own, activationId }) => {
    const product = machine.products.find((each) => each.activationId === activationId);
    return product === undefined ? [] : [reportOf(machine, product, own, catalogue)];
  });
}

/** What an attempt of a product came to, by the entries that it wrote. `shown`: what its caller was told, if known. */
export function reportOf(
  machine: MachineState,
  product: ProductState,
  entries: readonly EventEntry[],
  { edition, shown, at }: Pick<Catalogue, 'edition'> & { readonly shown?: Hresult; readonly at?: number },
): ClientReport {
  const asked = entries.filter(({ id }) => id === ids.requestSent).map(askedHost);
  const reply = entries.find(({ id }) => id === ids.replyProcessed);
  return {
    machine: machine.name,
    activationId: product.activationId,
    product: edition(product.edition).friendlyName,
    at: at ?? entries[0]?.at ?? 0,
    hresult: shown ?? resultOf(entries, reply, asked),
    asked,
    answer: reply === undefined ? null : answerOf(reply),
    state: product,
  };
}

function attemptsOf(entries: readonly EventEntry[]): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let open: EventEntry[] = [];
  const close = (): void => {
    const named = open.map(activationIdOf).find((id) => id !== null);
    if (named !== undefined) attempts.push({ entries: open, activationId: named });
    open = [];
  };
  for (const entry of entries) {
    if (startsAnother(open, entry)) close();
    open.push(entry);
    if (entry.id === ids.taskFailed) close();
  }
  close();
  return attempts;
}

/** 8198 follows the reply of its own attempt; a request behind a reply is a new one, and so is one of another time. */
function startsAnother(open: readonly EventEntry[], entry: EventEntry): boolean {
  const last = open.at(-1);
  if (last === undefined) return false;
  if (last.at !== entry.at) return true;
  if (entry.id !== ids.requestSent) return false;
  return last.id === ids.replyProcessed || activationIdOf(last) !== activationIdOf(entry);
}

function activationIdOf({ id, fields }: EventEntry): string | null {
  if (id === ids.requestSent) return fields[8] ?? null;
  return id === ids.taskFailed ? (/SkuId=([^;]+)/.exec(fields[1] ?? '')?.[1] ?? null) : null;
}

function askedHost({ fields }: EventEntry): AskedHost {
  return { host: fields[2] ?? '', hresult: codeOf(fields[0]) };
}

function answerOf({ fields }: EventEntry): ServedAnswer {
  const [count = 0, activationIntervalMinutes = 0, renewalIntervalMinutes = 0] = fields
    .slice(4, 7)
    .map(Number);
  return { count, activationIntervalMinutes, renewalIntervalMinutes };
}

function resultOf(
  entries: readonly EventEntry[],
  reply: EventEntry | undefined,
  asked: readonly AskedHost[],
): Hresult {
  if (reply?.fields[2] === '1') return hresult(0);
  const failed = entries.find(({ id }) => id === ids.taskFailed);
  if (failed !== undefined) return codeOf(failed.fields[0]);
  if (reply === undefined) return asked.at(-1)?.hresult ?? clientError.serviceUnavailable;
  const isMarkerMissing = (Number(reply.fields[1]) & statusFlag.oemMarkerMissing) !== 0;
  return isMarkerMissing ? clientError.oemMarkerMissing : clientError.notEnoughCount;
}

function codeOf(text: string | undefined): Hresult {
  return parseHresult(text ?? '') ?? hresult(0);
}
