import { foldNames } from '../../fleet/targets/fold';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
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
  verb: string,
  targets: readonly ResolvedTarget[],
  options: OptionValues,
  { console, parts }: Surroundings,
): Promise<void> {
  if (!dangerous.has(verb) || options.yes === true || options['dry-run'] === true) return;
  const folded = foldNames(targets.map(({ name }) => name));
  const names = folded.length > shownCharacters ? `${folded.slice(0, shownCharacters)}…` : folded;
  const machines = `${targets.length} ${targets.length === 1 ? 'machine' : 'machines'}`;
  const answer = await parts
    .remote()
    .askPerson(`/${verb} on ${machines}: ${names}\nGo on (yes/no)? `, console);
  if (answer === true) return;
  throw new Refusal(
    answer === null
      ? `/${verb} on ${machines} cannot be taken back and nobody can be asked here: --yes says that it is meant (${names}). Nothing was sent.`
      : 'Nothing was sent.',
  );
}
