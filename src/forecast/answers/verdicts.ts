import type { Played } from './forecast-run';
import type { Counts, SiteAnswer, Verdict } from './forecast';
import { dayOf, number } from './words';

/** One line for each question that a forecast answers. */
export function verdictsOf(played: Played): readonly Verdict[] {
  return [overall(played), ...played.sites.map((site) => siteVerdict(played, site))];
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function overall({ end }: Played): Verdict {
  const { licensed } = end.counts;
  const all = total(end.counts);
  const ok = licensed === all;
  const text = ok
    ? `All ${number(all)} machines are licensed at the end.`
    : `${number(licensed)} of ${number(all)} machines are licensed at the end.`;
  return { question: 'licensed', subject: null, ok, text };
}

function siteVerdict({ simulation }: Played, site: SiteAnswer): Verdict {
  const { plan } = simulation;
  const { name, firstActivated, dropped, firstDropped, ranOut } = site;
  const base = { question: 'threshold', subject: name };
  if (firstActivated === null) {
    return { ...base, ok: false, text: `${name}: no machine is ever activated.` };
  }
  const reached = `${name}: activation begins on ${dayOf(plan, firstActivated)}`;
  if (dropped > 0 && firstDropped !== null) {
    const text = `${reached}; ${number(dropped)} activations run out, the first on ${dayOf(plan, firstDropped)}.`;
    return { ...base, ok: false, text };
  }
  if (ranOut > 0) {
    return { ...base, ok: false, text: `${reached}; ${number(ranOut)} first graces run out before.` };
  }
  return { ...base, ok: true, text: `${reached}; nobody drops out.` };
}
