import { NotSimulated } from '../not-simulated';
import { failure } from './failure';
import { textOf, type Value } from './values';

/** `-f`: `{0}`, `{0,-10}`, `{0:N2}` and the like. */
export function formatted(format: string, values: readonly Value[]): string {
  return format.replaceAll(
    /\{\{|\}\}|\{(\d{1,3})(?:,(-?\d{1,3}))?(?::([^{}]*))?\}|[{}]/g,
    (whole, at?: string, width?: string, form?: string) => {
      if (whole === '{{' || whole === '}}') return whole.slice(1);
      if (at === undefined || Number(at) >= values.length)
        throw failure(
          'Error formatting a string: Index (zero based) must be greater than or equal to zero and less than the size of the argument list..',
        );
      const text = shown(values[Number(at)] ?? null, form ?? '');
      const room = width === undefined ? 0 : Number(width);
      return room < 0 ? text.padEnd(-room) : text.padStart(room);
    },
  );
}

/** A value in one of .NET's forms of numbers. */
export function shown(value: Value, form: string): string {
  if (form === '' || typeof value !== 'number') return textOf(value);
  const [, letter = '', digits = ''] = /^([nfdxp])(\d{0,2})$/i.exec(form) ?? [];
  const make = forms[letter.toLowerCase()];
  return make === undefined ? custom(value, form) : make(value, digits, letter);
}

type Form = (value: number, digits: string, letter: string) => string;

const placesOf = (digits: string): number => (digits === '' ? 2 : Number(digits));
const widthOf = (digits: string): number => (digits === '' ? 0 : Number(digits));

const forms: Readonly<Record<string, Form>> = {
  n: (value, digits) => grouped(value.toFixed(placesOf(digits))),
  f: (value, digits) => value.toFixed(placesOf(digits)),
  p: (value, digits) => `${grouped((value * 100).toFixed(placesOf(digits)))} %`,
  d: (value, digits) => `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(widthOf(digits), '0')}`,
  x: (value, digits, letter) => {
    const text = (value < 0 ? value >>> 0 : value).toString(16).padStart(widthOf(digits), '0');
    return letter === 'X' ? text.toUpperCase() : text;
  },
};

function grouped(text: string): string {
  return text.replace(
    /^(-?)(\d+)/,
    (_, sign: string, whole: string) => `${sign}${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}`,
  );
}

/** Zeros and places: `00`, `0.00`, `#.##`. */
function custom(value: number, form: string): string {
  const [, whole, places = ''] = /^(0+|#)(?:\.(0+|#+))?$/.exec(form) ?? [];
  if (whole === undefined) throw new NotSimulated(`the format "${form}"`);
  const fixed = value.toFixed(places.length);
  const text = places.startsWith('#') ? String(Number(fixed)) : fixed;
  const [before = '', after] = text.replace('-', '').split('.');
  const padded = before.padStart(whole.replaceAll('#', '').length, '0');
  return `${value < 0 ? '-' : ''}${padded}${after === undefined ? '' : `.${after}`}`;
}
