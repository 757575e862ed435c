/* eslint-disable no-control-regex -- control characters are what this file is about */
const lineBreaks = /[\r\n\t\u2028\u2029]+/g;

/**
 * What no text may do to a terminal or to its reader: control characters (escape sequences begin with one; a carriage
 * return alone writes over its line), line separators, halves of surrogate pairs, and characters that show nothing or
 * turn the direction of writing (Unicode's Default_Ignorable_Code_Point). Line feeds, with a carriage return in front or
 * without, and tabs stay. Joiners and variation selectors stay where scripts and emoji need them: behind a letter, mark
 * or symbol that is not Latin.
 */
const deceiving = once(
  () =>
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Cs}]|\r(?!\n)|(?!(?<=[\p{L}\p{M}\p{S}])(?<![\p{ASCII}\p{Script=Latin}])[\u200c\u200d\p{Variation_Selector}])\p{Default_Ignorable_Code_Point}/gu,
);

/** All of these, and the joiners: what JSON writes as an escape. Tabs and line feeds are escapes already. */
const escaped = once(() => /[\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu);

/** Most of what is printed is this; the classes of Unicode cost time, and looking them up does at every start. */
const plain = /^[\n\t\u0020-\u007e]*$/;

function once(make: () => RegExp): () => RegExp {
  let made: RegExp | undefined;
  return () => (made ??= make());
}

/** Text from anywhere made harmless for a terminal: what is no text becomes U+FFFD; lines and tabs stay. */
export function printableText(text: string): string {
  return plain.test(text) ? text : text.replace(deceiving(), '\ufffd');
}

/** {@link printableText} on one line: line breaks and tabs become one space. */
export function harmlessText(text: string): string {
  return printableText(text.replace(lineBreaks, ' '));
}

/** The first `limit` characters of {@link harmlessText}, with an ellipsis where some were left off. */
export function harmlessExcerpt(text: string, limit: number): string {
  const clean = harmlessText(text.slice(0, limit * 4)).trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}

/**
 * JSON that may be printed: what {@link printableText} would replace is written as `\uXXXX`, so that a reader gets every
 * text as it is.
 */
export function printableJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return plain.test(json) ? json : json.replace(escaped(), escapeOf);
}

function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join('');
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
