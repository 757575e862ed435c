import { never } from '../plan/machine-rules';
import type { OnlinePattern } from '../plan/plan';
import { draw } from './draw';

const dayMinutes = 1440;
const workingDays = 5;
/** Draws of a machine's times of day are told from its draws of hosts by this. */
const sessionSalt = 0x5e55;

/** Office hours. */
export type Office = Extract<OnlinePattern, { kind: 'office' }>;
type Visits = Extract<OnlinePattern, { kind: 'visits' }>;

/** The first minute after another one in which a machine starts; {@link never} for one that is always on. */
export function startAfter(pattern: OnlinePattern, minute: number, seed: number, machine: number): number {
  switch (pattern.kind) {
    case 'always':
      return never;
    case 'office':
      return officeAfter(pattern, minute, seed, machine);
    case 'visits':
      return visitAfter(pattern, minute, seed, machine);
  }
}

/** The start that follows one: as {@link startAfter}, for a minute in which the machine starts. */
export function nextStart(pattern: OnlinePattern, started: number, seed: number, machine: number): number {
  if (pattern.kind !== 'office') return startAfter(pattern, started, seed, machine);
  // One start a day, so that the day of this one has no other.
  const day = workingDayFrom(dayOf(pattern, started) + 1);
  return startOn(pattern, day, seed, machine);
}

/** The minute from which a machine is off again that started in a minute. */
export function endOf(pattern: OnlinePattern, started: number): number {
  switch (pattern.kind) {
    case 'always':
      return never;
    case 'office':
      return midnightBefore(pattern, started) + pattern.to;
    case 'visits':
      return started + pattern.stay;
  }
}

/** The minute from which a machine is off again that is on at a minute; 0 where it is off. */
export function onUntil(pattern: OnlinePattern, minute: number, seed: number, machine: number): number {
  if (pattern.kind === 'always') return never;
  // No session with its jitter is longer than a round, so that the last two rounds have the one that may last until now.
  const round = pattern.kind === 'visits' ? pattern.every : dayMinutes;
  let started = startAfter(pattern, minute - 2 * round, seed, machine);
  while (started <= minute) {
    const end = endOf(pattern, started);
    if (minute < end) return end;
    started = startAfter(pattern, started, seed, machine);
  }
  return 0;
}

function jitterOf(jitter: number, round: number, seed: number, machine: number): number {
  return jitter === 0 ? 0 : Math.floor(draw(seed ^ sessionSalt, machine, round, 1) * (jitter + 1));
}

function dayOf({ weekOffset }: Office, minute: number): number {
  return Math.floor((minute + weekOffset) / dayMinutes);
}

function midnightBefore(pattern: Office, minute: number): number {
  return dayOf(pattern, minute) * dayMinutes - pattern.weekOffset;
}

/** The first working day from a day on; day 0 is a Monday. */
function workingDayFrom(day: number): number {
  const ofWeek = ((day % 7) + 7) % 7;
  return ofWeek < workingDays ? day : day + 7 - ofWeek;
}

/** The first minute from another one on in which an office opens on a working day. */
export function nextOpening(pattern: Office, minute: number): number {
  const { from, weekOffset } = pattern;
  const today = workingDayFrom(dayOf(pattern, minute));
  const opening = today * dayMinutes - weekOffset + from;
  return opening >= minute ? opening : workingDayFrom(today + 1) * dayMinutes - weekOffset + from;
}

/** How many minutes after its office opened a machine starts that day. */
export function arrival(pattern: Office, opening: number, seed: number, machine: number): number {
  return jitterOf(pattern.jitter, dayOf(pattern, opening), seed, machine);
}

/** The minute of a machine's last start, up to a minute that is included. */
export function lastStart(pattern: Office, minute: number, seed: number, machine: number): number {
  let day = dayOf(pattern, minute);
  while (workingDayFrom(day) !== day || startOn(pattern, day, seed, machine) > minute) day -= 1;
  return startOn(pattern, day, seed, machine);
}

function startOn({ from, jitter, weekOffset }: Office, day: number, seed: number, machine: number): number {
  return day * dayMinutes - weekOffset + from + jitterOf(jitter, day, seed, machine);
}

function officeAfter(pattern: Office, minute: number, seed: number, machine: number): number {
  const day = workingDayFrom(dayOf(pattern, minute));
  const start = startOn(pattern, day, seed, machine);
  return start > minute ? start : startOn(pattern, workingDayFrom(day + 1), seed, machine);
}

function visitAfter({ every, jitter }: Visits, minute: number, seed: number, machine: number): number {
  const phase = Math.floor(draw(seed ^ sessionSalt, machine, 0, 0) * every);
  for (let round = Math.floor((minute - phase - jitter) / every); ; round += 1) {
    const start = phase + round * every + jitterOf(jitter, round, seed, machine);
    if (start > minute) return start;
  }
}
