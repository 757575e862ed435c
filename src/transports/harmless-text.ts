/* eslint-disable no-control-regex -- control characters are what this file is about */
const lineBreaks = /[\r\n\t\u2028\u2029]+/g;
const controls = /[\u0000-\u001f\u007f-\u009f]/g;
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of a remote machine made harmless for a terminal: line breaks and tabs become one space, every other control
 * character (escape sequences begin with one) and the marks that turn the direction of writing become U+FFFD.
 */
export function harmlessText(text: string): string {
  return text.replace(lineBreaks, ' ').replace(controls, '\ufffd').replace(directionMarks, '\ufffd');
}

/** The first `limit` characters of {@link harmlessText}, with an ellipsis where some were left off. */
export function harmlessExcerpt(text: string, limit: number): string {
  const clean = harmlessText(text.slice(0, limit * 4)).trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
