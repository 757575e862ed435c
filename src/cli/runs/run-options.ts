import { parseShare, type Share } from '../../fleet/runs/batches';
import { parseDuration } from '../../lab/estate/duration';
import { optionValue, type OptionValues } from '../argv/option-values';
import { Refusal } from '../refusal';
import { usualConcurrency } from './concurrency';
import { wholeNumberOf } from './whole-number';

/** How a run goes. Times are in milliseconds. */
export interface RunSettings {
  readonly concurrency: number;
  /** Most machines of one site under way at once; null where nobody said. */
  readonly perSite: number | null;
  readonly batches: readonly Share[];
  readonly maxFail: Share | null;
  readonly retries: number;
  readonly machineTimeout: number;
  readonly deadline: number | null;
  readonly form: 'text' | 'json' | 'ndjson';
  readonly isLive: boolean;
  readonly isDiff: boolean;
}

const usualMachineTimeout = 600_000;
const mostAtOnce = 4096;

/** What the long options say of a run. @throws Refusal for a value that is none */
export function runSettings(options: OptionValues, warn: (sentence: string) => void): RunSettings {
  const form = formOf(options);
  return {
    concurrency: concurrencyOf(optionValue(options, 'concurrency'), warn),
    perSite: wholeNumberOf(options, 'per-site', 1, 4096),
    batches: (optionValue(options, 'batch') ?? '')
      .split(',')
      .filter((word, _at, all) => word.trim() !== '' || all.length > 1)
      .map((word) => shareOf(word, 'batch')),
    maxFail: options['max-fail'] === undefined ? null : maxFailOf(optionValue(options, 'max-fail') ?? ''),
    retries: wholeNumberOf(options, 'retries', 0, 20) ?? 0,
    machineTimeout: durationOf(options, 'timeout') ?? usualMachineTimeout,
    deadline: durationOf(options, 'deadline'),
    form,
    isLive: options.live === true,
    isDiff: options.diff === true,
  };
}

function concurrencyOf(word: string | undefined, warn: (sentence: string) => void): number {
  const { usual, most } = usualConcurrency();
  if (word === undefined || word.toLowerCase() === 'auto') return usual;
  const value = /^\d{1,9}$/.test(word) ? Number(word) : 0;
  if (value < 1 || value > mostAtOnce) {
    throw new Refusal(`--concurrency ${word} is neither auto nor a whole number from 1 to ${mostAtOnce}.`);
  }
  if (value <= most) return value;
  warn(
    `--concurrency ${value} would need more open files than this process may have: ${most} machines at once ("ulimit -n" shows the limit).`,
  );
  return most;
}

function shareOf(word: string, option: 'batch' | 'max-fail'): Share {
  const share = parseShare(word);
  const value = share?.kind === 'number' ? share.number : share?.percent;
  if (share !== null && (option === 'max-fail' || value !== 0)) return share;
  throw new Refusal(
    `--${option} ${word.trim()} is neither a number of machines nor a percentage: ${option === 'batch' ? '1,10,25%' : '5 or 10%'}`,
  );
}

function maxFailOf(word: string): Share {
  return shareOf(word, 'max-fail');
}

function durationOf(options: OptionValues, name: 'timeout' | 'deadline'): number | null {
  const word = optionValue(options, name);
  if (word === undefined) return null;
  try {
    const milliseconds = parseDuration(word);
    if (milliseconds > 0) return milliseconds;
  } catch {
    // The same sentence serves both.
  }
  throw new Refusal(`--${name} ${word} is no length of time: 30s, 2m, 500ms`);
}

function formOf(options: OptionValues): RunSettings['form'] {
  if (options.json === true && options.ndjson === true) {
    throw new Refusal('--json is one document at the end, --ndjson a line for each machine: one of them.');
  }
  if (options.live === true && (options.json === true || options.ndjson === true)) {
    throw new Refusal('--live is text; --ndjson gives each machine as it ends.');
  }
  if (options.json === true) return 'json';
  return options.ndjson === true ? 'ndjson' : 'text';
}
