import type { ProductFacts } from '../../licensing/facts';
import type { Hresult } from '../../licensing/hresult';
import type { LicensingProvider } from '../../licensing/provider';
import { readLicenses } from '../../verbs/check';
import { runVerb } from '../runs/run-verb';
import { bareDigits } from './confirmation-id';

/** What a machine's product is to get, and which product it was when its installation ID was collected. */
export interface WantedConfirmation {
  readonly id: string;
  /** Activation ID in lower case. */
  readonly product: string;
  readonly installationId: string;
  readonly partialKey: string;
  /** Null where none was got yet. */
  readonly confirmationId: string | null;
}

/**
 * What became of one product: `changed` was activated, `ok` was activated already, `skipped` has no confirmation ID yet.
 */
export interface ConfirmedProduct {
  readonly id: string;
  readonly product: string;
  readonly name: string | null;
  readonly outcome: 'changed' | 'ok' | 'failed' | 'skipped';
  readonly step: string | null;
  readonly message: string | null;
  readonly hresult: Hresult | null;
}

const licensed = 1;

/**
 * Gives the products of one machine their confirmation IDs and reads the machine again to prove it. Only a product whose
 * installation ID and key are still those that were collected gets one, and none that is activated. `begins` is told before
 * the first one is sent: from there on a cut means that nobody knows.
 */
export async function applyConfirmations(
  provider: LicensingProvider,
  wanted: readonly WantedConfirmation[],
  begins: () => void,
): Promise<readonly ConfirmedProduct[]> {
  const before = await productsOf(provider);
  const judged = wanted.map((each) => judge(each, before.get(each.product) ?? null));
  const open = wanted.filter((_each, at) => judged[at] === null);
  if (open.length === 0) return judged.filter((each) => each !== null);
  begins();
  const problems = new Map<string, Awaited<ReturnType<typeof runVerb>>>();
  for (const { id, product, confirmationId } of open) {
    problems.set(id, await runVerb(provider, 'atp', [confirmationId ?? '', product]));
  }
  const after = await productsOf(provider);
  return wanted.map((each, at) => judged[at] ?? proved(each, after.get(each.product) ?? null, problems));
}

async function productsOf(provider: LicensingProvider): Promise<ReadonlyMap<string, ProductFacts>> {
  const { products } = await readLicenses(provider);
  return new Map(products.map((facts) => [facts.activationId.toLowerCase(), facts]));
}

/** What can be said without sending anything; null where the confirmation ID is to be sent. */
function judge(wanted: WantedConfirmation, facts: ProductFacts | null): ConfirmedProduct | null {
  const base = { id: wanted.id, product: wanted.product, name: facts?.name ?? null, hresult: null };
  const other = facts === null ? 'it has no key any more' : differenceOf(wanted, facts);
  if (other !== null) return { ...base, outcome: 'failed', step: 'changed-since-collect', message: other };
  if (facts?.licenseStatus === licensed) return { ...base, outcome: 'ok', step: null, message: null };
  if (wanted.confirmationId !== null) return null;
  const message = 'there is no confirmation ID for it yet';
  return { ...base, outcome: 'skipped', step: 'no-confirmation-id', message };
}

function differenceOf(
  { installationId, partialKey }: WantedConfirmation,
  facts: ProductFacts,
): string | null {
  if (facts.partialProductKey.toUpperCase() !== partialKey.toUpperCase())
    return `its key ends in ${facts.partialProductKey} now, and ended in ${partialKey} when it was collected`;
  return bareDigits(facts.installationId) === installationId
    ? null
    : 'its installation ID is another one now: its hardware or its system has changed';
}

/** What the machine says afterwards decides, whatever it said while it was changed. */
function proved(
  { id, product }: WantedConfirmation,
  facts: ProductFacts | null,
  problems: ReadonlyMap<string, Awaited<ReturnType<typeof runVerb>>>,
): ConfirmedProduct {
  const base = { id, product, name: facts?.name ?? null };
  if (facts?.licenseStatus === licensed) {
    return { ...base, outcome: 'changed', step: null, message: null, hresult: null };
  }
  const problem = problems.get(id) ?? null;
  return {
    ...base,
    outcome: 'failed',
    step: problem === null ? 'verify' : 'atp',
    message: problem?.message ?? 'it took the confirmation ID and is not licensed all the same',
    hresult: problem?.hresult ?? null,
  };
}
