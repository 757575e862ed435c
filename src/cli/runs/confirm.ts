import { foldNames } from '../../fleet/targets/fold';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import type { Verb } from '../../verbs/table';
import { isVerifiable } from '../../verbs/verification';
import { Refusal } from '../refusal';
import type { ResolvedTarget } from '../targets/resolve-targets';

/** Verbs that cannot be taken back, or that cost what there is few of. */
const dangerous: ReadonlySet<string> = new Set([
  'upk',
  'rearm',
  'rearm-app',
  'rearm-sku',
  'cpky',
  'del-ao',
  'ipk',
]);

const shownCharacters = 300;

/**
 * Asks before a verb that cannot be taken back is sent to many machines, with their number and names.
 * @throws Refusal where the answer is no, or nobody can be asked and --yes is not given; nothing was sent
 */
export async function confirmDangerous(
  { name: verb, changesState }: Verb,
  { targets, unsure }: { readonly targets: readonly ResolvedTarget[]; readonly unsure: ReadonlySet<string> },
  options: OptionValues,
  { console, parts }: Surroundings,
): Promise<void> {
  if (options.yes === true || options['dry-run'] === true) return;
  // It may have been made already, and looking does not tell.
  const isBlind = changesState && unsure.size > 0 && !isVerifiable(verb);
  if (!dangerous.has(verb) && !isBlind) return;
  const folded = foldNames(targets.map(({ name }) => name));
  const names = folded.length > shownCharacters ? `${folded.slice(0, shownCharacters)}…` : folded;
  const machines = `${targets.length} ${targets.length === 1 ? 'machine' : 'machines'}`;
  const answer = await parts
    .remote()
    .askPerson(`/${verb} on ${machines}: ${names}\nGo on (yes/no)? `, console);
  if (answer === true) return;
  throw new Refusal(
    answer === null
      ? `/${verb} on ${machines} ${isBlind ? 'may have been made there already' : 'cannot be taken back'} and nobody can be asked here: --yes says that it is meant (${names}). Nothing was sent.`
      : 'Nothing was sent.',
  );
}
