import { parsePublishList } from '../../kms/engine/publish-list';
import { isInterval } from '../../kms/engine/messages';
import { isKnownValue, registryDataText, registryName, registryNumber } from './registry';
import type { RegistryValue } from './state';

/** Data that the licensing service passes over: what is wrong with it, and what it does instead. */
type Problem = (value: RegistryValue) => string | null;

const numberOf = (value: RegistryValue): number | null => registryNumber({ value }, 'value');

function unless(isGood: (number: number) => boolean, wanted: string, instead: string): Problem {
  return (value) => {
    const number = numberOf(value);
    return number !== null && isGood(number) ? null : `${wanted}. ${instead}`;
  };
}

const isPort = (number: number): boolean => number >= 1 && number <= 65_535;
const minutes = 'The service takes 15 to 43200 minutes';
const port = unless(isPort, 'A port is a number from 1 to 65535', 'Port 1688 is used.');

const problems: ReadonlyMap<string, Problem> = new Map(
  (
    [
      [registryName.hostPort, port],
      [registryName.listeningPort, port],
      [registryName.activationInterval, unless(isInterval, minutes, '120 are used.')],
      [registryName.renewalInterval, unless(isInterval, minutes, '10080 are used.')],
      [
        registryName.activationType,
        unless(
          (type) => type <= 3,
          'A kind of activation is 0 (all), 1 (Active Directory), 2 (KMS) or 3 (token)',
          'All are used.',
        ),
      ],
    ] as const
  ).map(([name, problem]) => [name.toLowerCase(), problem]),
);

/**
 * What is wrong with a value that the licensing service reads, a sentence for each thing it passes over; none where it
 * takes the value, or does not read it at all.
 *
 * @param path of the value, below the licensing key
 */
export function registryProblems(path: string, value: RegistryValue): readonly string[] {
  if (!isKnownValue(path)) return [];
  const name = (path.split('\\').at(-1) ?? '').toLowerCase();
  if (name === registryName.publishList.toLowerCase()) {
    return parsePublishList(registryDataText(value).split('\n')).problems.map(
      ({ line, reason }) => `${path}: "${line}" is not published. ${reason}`,
    );
  }
  const problem = problems.get(name)?.(value) ?? null;
  return problem === null ? [] : [`${path}: "${registryDataText(value)}" is passed over. ${problem}`];
}
