import type { VerbCall } from './verb-turn';

const keyLike = /\b(?:[a-z0-9]{5}-){4}([a-z0-9]{5})\b/gi;

/** A line as it is kept: no password, no PIN, and of product keys the last five characters. */
export function lineForPeople({ verb, args, target }: VerbCall): string {
  const words = args.map((word, at) => {
    const parameter = verb.parameters[at];
    if (parameter !== undefined && 'secret' in parameter) return '***';
    if (parameter?.name === 'productKey') return `…${word.trim().slice(-5)}`;
    return word.replace(keyLike, '…$1');
  });
  return [...(target.kind === 'remote' ? [target.machine] : []), `/${verb.name}`, ...words].join(' ');
}
