import * as z from 'zod';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { showMachine } from '../../../lab/estate/machines';
import { text } from '../../framework/fields';
import type { Positional } from '../../framework/command';

/** A machine's name as a word of a command. */
export const machineWord: Positional = { name: 'name', summary: 'Name of a lab machine' };

/** Name of a machine that exists; the estate knows which do. */
export const machineName = text;

/** Names of machines as words of a command. */
export const machineWords: Positional = { name: 'names', summary: 'Names of lab machines', many: true };

/** Names of machines that exist. */
export const machineNames = z.array(machineName).min(1, 'a name is missing');

/**
 * The names as the estate writes them, each once. A name that is not there stops a command before it has done anything.
 * @throws EstateError for a name of no machine
 */
export function namesThatExist(laboratory: Laboratory, names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => showMachine(laboratory, name).state.name))];
}

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
