import { defaultActivationInterval, defaultRenewalInterval } from '../../lab/model/settings';
import { effectiveKmsPort } from '../../licensing/windows';
import type { Change } from './differences';
import type { SettingName } from './policy';

/**
 * What differs from a saved plan, in words; null where each change is one that was planned, from the state that was planned,
 * or from one that applying the plan itself goes through: it may have been cut there.
 */
export function changedSince(planned: readonly Change[], now: readonly Change[]): string | null {
  const isKeyDone = hasKey(planned) && !hasKey(now);
  for (const change of now) {
    const { setting, from, to } = change;
    const before = planned.find((each) => each.setting === setting);
    if (before === undefined) {
      if (isKeyDone && isOfNewProduct(change)) continue;
      return `${setting} is ${from}, and was as wanted when the plan was made`;
    }
    if (before.to !== to) return `${setting} should be ${to} now, and ${before.to} when the plan was made`;
    const isOurs = (isKeyDone && isOfNewProduct(change)) || isHalfway(before, from);
    if (before.from !== from && !movesByItself(setting) && !isOurs) {
      return `${setting} is ${from}, and was ${before.from} when the plan was made`;
    }
  }
  return null;
}

function hasKey(changes: readonly Change[]): boolean {
  return changes.some(({ setting }) => setting === 'key');
}

/** Days run out, and grace periods end: that is no change that somebody made. */
function movesByItself(setting: SettingName): boolean {
  return setting === 'licensed' || setting === 'minDays';
}

const untouched: Readonly<Partial<Record<SettingName, string>>> = {
  kms: 'auto',
  activation: 'all',
  activationInterval: String(defaultActivationInterval),
  renewalInterval: String(defaultRenewalInterval),
};

/** Whether a setting is as it is on a product that another key brought along. */
function isOfNewProduct({ setting, from }: Change): boolean {
  return from === untouched[setting];
}

/** A KMS host is set by its name first and then by its port; a domain, after the host was taken away. */
function isHalfway({ setting, from, to }: Change, now: string): boolean {
  if (setting !== 'kms') return false;
  if (now === 'auto') return from !== 'auto' && to.startsWith('domain ');
  const port = /:(\d+)$/;
  const wanted = to.replace(port, '');
  return (
    wanted !== to &&
    now.toLowerCase() === `${wanted}:${port.exec(from)?.[1] ?? String(effectiveKmsPort(null))}`.toLowerCase()
  );
}
