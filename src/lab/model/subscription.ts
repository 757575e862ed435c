import type { MachineState, Subscription } from './state';

const [active, expired] = [1, 120] as const;

/** The machine's subscription as it is now by its own clock: an active one whose end has come is expired. Null: none. */
export function currentSubscription(
  { subscription, clockSkewMs }: Pick<MachineState, 'subscription' | 'clockSkewMs'>,
  now: number,
): Subscription | null {
  if (subscription == null) return null;
  const { status, endsAt } = subscription;
  const isOver = endsAt !== null && endsAt <= now + clockSkewMs;
  return isOver && status === active ? { ...subscription, status: expired } : subscription;
}
