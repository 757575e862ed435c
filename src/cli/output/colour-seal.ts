import { harmlessText, printableText } from '../../transports/harmless-text';

/** Where the process keeps its seal: each bundle has its own copy of this module, and there is one seal. */
const place = Symbol.for('slmgr.colour-seal');
const holder = globalThis as { [place]?: string };

// eslint-disable-next-line no-control-regex -- the escape character begins a colour
const colours = /\u001b\[([\d;]*)m/g;

/**
 * Marks the colours (SGR sequences) that `paint` puts around a text as our own; the text itself is made harmless first.
 * The mark is a number that only this process knows, so text from elsewhere cannot bring colours of its own.
 * {@link unsealed} takes it off where the console writes.
 */
export function painted(text: string, paint: (text: string) => string): string {
  const seal = ownSeal();
  return paint(harmlessText(text)).replace(colours, (_all, codes: string) => `\u001b[${codes}${seal}m`);
}

/** The seal of this process, made at first use. */
function ownSeal(): string {
  const known = holder[place];
  if (known !== undefined) return known;
  const seal = newSeal();
  holder[place] = seal;
  return seal;
}

/** A text on one line, made harmless; our own colours in it stay. */
export function oneLine(text: string): string {
  return between(text, harmlessText, (own) => own);
}

/**
 * Marks the colours that a library added to a text which was made harmless before, as one does that folds a coloured
 * cell: it ends the colour with the line.
 */
export function sealed(text: string): string {
  const seal = holder[place];
  if (seal === undefined) return text;
  return text.replace(colours, (all, codes: string) =>
    all.includes(seal) ? all : `\u001b[${codes}${seal}m`,
  );
}

/** Text as it goes out: our own colours as a terminal takes them, everything else made harmless. */
export function unsealed(text: string): string {
  return between(text, printableText, (own, seal) => own.replace(seal, ''));
}

function between(
  text: string,
  foreign: (text: string) => string,
  ours: (colour: string, seal: string) => string,
): string {
  const seal = holder[place];
  if (seal === undefined || !text.includes(seal)) return foreign(text);
  return text
    .split(new RegExp(`(\\u001b\\[[\\d;]*${seal}m)`))
    .map((part, at) => (at % 2 === 0 ? foreign(part) : ours(part, seal)))
    .join('');
}

/** Four groups of four digits: a form that whoever counts a text's columns takes for part of a colour. */
function newSeal(): string {
  const groups = crypto.getRandomValues(new Uint16Array(4));
  return Array.from(groups, (group) => `;${1000 + (group % 9000)}`).join('');
}
