import * as z from 'zod';
import { text } from '../../framework/fields';
import type { Positional } from '../../framework/command';

/** A machine's name as a word of a command. */
export const machineWord: Positional = { name: 'name', summary: 'Name of a lab machine' };

/** Name of a machine that exists; the estate knows which do. */
export const machineName = text;

/** JSON of an instant. */
export const isoTime = z.iso.datetime();

/** The JSON form of an instant in epoch milliseconds. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The JSON form of an instant that may be missing. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
