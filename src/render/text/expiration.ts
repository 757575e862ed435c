import type { ProductFacts } from '../../licensing/facts';
import { formatLocalDateTime, type ZoneOffset } from '../../licensing/local-time';

const graceNames: Readonly<Record<number, string>> = {
  2: 'Initial grace period',
  3: 'Additional grace period',
  4: 'Non-genuine grace period',
  6: 'Extended grace period',
};

/** The lines of /xpr about one product; none for a licence status of no known meaning. */
export function expirationLines(product: ProductFacts, zone: ZoneOffset): readonly string[] {
  const sentence = expirationSentence(product, zone);
  return sentence === null ? [] : [`${product.name}:`, `    ${sentence}`];
}

/** What /xpr says; also for data. */
function expirationSentence(product: ProductFacts, zone: ZoneOffset): string | null {
  const { licenseStatus, expiresAt } = product;
  switch (licenseStatus) {
    case 0:
      return 'Unlicensed';
    case 1:
      if (expiresAt === null) return 'The machine is permanently activated.';
      return `${licensedWord(product)} will expire ${formatLocalDateTime(expiresAt, zone)}`;
    case 5:
      return 'Windows is in Notification mode';
    default: {
      const grace = graceNames[licenseStatus];
      return grace === undefined ? null : `${grace} ends ${graceEnd(product, zone)}`;
    }
  }
}

/** What the licence of an activated product is called, by its channel. */
export function licensedWord({ channel }: ProductFacts): string {
  if (channel === 'time-based') return 'Timebased activation';
  return channel === 'automatic-vm' ? 'Automatic VM activation' : 'Volume activation';
}

function graceEnd({ graceEndsAt }: ProductFacts, zone: ZoneOffset): string {
  return formatLocalDateTime(graceEndsAt, zone);
}
