import { addressesOf, isAddress, isWithin, parseCidr, type Cidr } from '../../fleet/targets/cidr';
import { evaluate, mostTargets } from '../../fleet/targets/evaluate';
import { parseExpression } from '../../fleet/targets/expression';
import type { TargetCatalogue } from '../../fleet/targets/known-targets';
import { NameSet } from '../../fleet/targets/name-set';
import { sample } from '../../fleet/targets/sample';
import { Refusal } from '../refusal';

/** Which machines somebody means. */
export interface TargetChoice {
  /** Null where --cidr or --rerun alone say it. Several words mean what each of them means by itself, or an address. */
  readonly expression: string | readonly string[] | null;
  /** Blocks of addresses, beside what the expression means. */
  readonly cidr?: readonly string[];
  /** Machines of the last run: what the others say is narrowed to them, and alone they are all that is meant. */
  readonly rerun?: readonly string[] | null;
  /** Machines of the inventory that fulfil a condition, as --rerun narrows. */
  readonly where?: readonly string[] | null;
  readonly exclude: string | null;
  /** So many of them at random, or the first ones. */
  readonly pick: number | null;
  readonly pickFirst: number | null;
  /** Whether it is no mistake that nobody is left. */
  readonly mayBeEmpty?: boolean;
}

/**
 * The names that a choice means, in its order.
 * @throws Refusal, ExpressionError
 */
export function chosenNames(choice: TargetChoice, known: TargetCatalogue): readonly string[] {
  const { exclude, mayBeEmpty = false } = choice;
  const names = narrowed(choice, known);
  const left = exclude === null ? names : withoutThose(names, exclude, known);
  if (left.length === 0 && !mayBeEmpty) throw new Refusal('No machine is left.');
  return pickedOf(left, choice);
}

/** So many of these as are wanted: the first ones, or at random. */
export function pickedOf(
  names: readonly string[],
  { pick, pickFirst }: Pick<TargetChoice, 'pick' | 'pickFirst'>,
): readonly string[] {
  if (pickFirst !== null) return names.slice(0, pickFirst);
  return pick === null ? names : sample(names, pick, (below) => randomBelow(below));
}

function narrowed(choice: TargetChoice, known: TargetCatalogue): readonly string[] {
  const { rerun = null, where = null } = choice;
  const limits = [rerun, where].flatMap((names) => (names === null ? [] : [new NameSet(names)]));
  const first =
    said(choice, known) ??
    rerun?.map((name) => stillKnown(name, known)) ??
    where ??
    ([] as readonly string[]);
  return limits.length === 0 ? first : first.filter((name) => limits.every((limit) => limit.has(name)));
}

/** What the words and --cidr say; null where they say nothing. */
function said({ expression, cidr = [] }: TargetChoice, known: TargetCatalogue): readonly string[] | null {
  if (expression === null && cidr.length === 0) return null;
  const named = expression === null ? [] : meantBy(expression, known);
  const addresses = cidr.flatMap(blockAddresses);
  if (named.length + addresses.length > mostTargets)
    throw new Refusal(`That is more than ${mostTargets} machines.`);
  return addresses.length === 0 ? named : [...new NameSet([...named, ...addresses])];
}

function meantBy(expression: string | readonly string[], known: TargetCatalogue): readonly string[] {
  if (typeof expression === 'string') return evaluate(parseExpression(expression), known);
  return [...new NameSet(expression.flatMap((word) => (isAddress(word) ? [word] : meantBy(word, known))))];
}

/** A machine of the last run has to be reachable by the same words: its file may have been another one then. */
function stillKnown(name: string, known: TargetCatalogue): string {
  const found = known.find(name);
  if (found !== null) return found;
  if (name.includes('://') || isAddress(name)) return name;
  throw new Refusal(`${name} of the last run is not known here: give the --targets files of that run again.`);
}

function blockAddresses(word: string): readonly string[] {
  const block = parseCidr(word);
  if (block === null)
    throw new Refusal(`--cidr ${word} is no block of addresses: 10.1.0.0/24, 2001:db8::/120`);
  const addresses = addressesOf(block);
  if (addresses !== null) return addresses;
  throw new Refusal(`--cidr ${word} has more than ${mostTargets} addresses.`);
}

/** Who is left out may be unknown: a machine that is gone does no harm. Patterns fit whoever is meant so far. */
function withoutThose(names: readonly string[], exclude: string, known: TargetCatalogue): readonly string[] {
  const words = exclude.split(',');
  const blocks = words.flatMap((word): readonly Cidr[] => {
    const block = word.includes('/') ? parseCidr(word) : null;
    return block === null ? [] : [block];
  });
  const rest = words.filter((word) => !word.includes('/') || parseCidr(word) === null).join(',');
  const lenient = { ...known, find: (name: string) => name, names: () => names };
  const away =
    rest.trim() === '' && blocks.length > 0
      ? new NameSet()
      : new NameSet(evaluate(parseExpression(rest), lenient));
  return names.filter((name) => !away.has(name) && !blocks.some((block) => isWithin(name, block)));
}

function randomBelow(below: number): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number % below;
}
