import type { Path, Problems } from '../scenario/problems';
import type { ScenarioOnline } from '../scenario/schema';
import { lengthText } from '../scenario/times';
import type { OnlinePattern } from './plan';

const day = 1440;
const officeHours = { from: 8 * 60, to: 17 * 60, jitter: 30 } as const;
/** How long a machine that comes home stays. */
const usualStay = 8 * 60;
const rare = { every: 90 * day, stay: day, jitter: 30 * day } as const;

/** Minutes from the Monday's midnight before an instant to it. */
function minutesOfWeek(at: number): number {
  const date = new Date(at);
  return ((date.getUTCDay() + 6) % 7) * day + date.getUTCHours() * 60 + date.getUTCMinutes();
}

/**
 * When machines are on.
 * @param around `start`: the scenario's start in the site's own time, as if it were UTC
 */
export function onlinePattern(
  online: ScenarioOnline,
  { start, path, problems }: { readonly start: number; readonly path: Path; readonly problems: Problems },
): OnlinePattern {
  if (online === 'always') return { kind: 'always' };
  const weekOffset = minutesOfWeek(start);
  if (online === 'office hours') return { kind: 'office', ...officeHours, weekOffset };
  if (online === 'rarely') return { kind: 'visits', ...rare };
  if ('home' in online) return visits(online, path, problems);
  const { from = officeHours.from, to = officeHours.to, jitter = officeHours.jitter } = online.office;
  if (from + jitter >= to) problems.add(path, 'the office closes before everybody has come');
  return { kind: 'office', from, to, jitter, weekOffset };
}

function visits(
  { home, stay = usualStay, jitter = 0 }: Extract<ScenarioOnline, { home: number }>,
  path: Path,
  problems: Problems,
): OnlinePattern {
  if (stay + jitter >= home) {
    const coming = `coming every ${lengthText(home)}, ${lengthText(jitter)} later at most`;
    problems.add(path, `${coming}, and staying ${lengthText(stay)} leaves no time away`);
  }
  return { kind: 'visits', every: home, stay, jitter };
}
