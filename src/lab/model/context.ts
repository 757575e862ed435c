import type { Catalogue } from '../../licensing/catalogue/types';

/** Settings where the sources conflict [C]; the estate keeps them. */
export interface ModelSettings {
  /** K4.1 [C]: initial grace of Windows Server 2008, in days (sources say 60 and 30). */
  readonly server2008GraceDays: number;
  /** K5.11 [C]: whether an activation gives back the rearm that sysprep /generalize took. */
  readonly activationGivesRearmBack: boolean;
}

export const defaultModelSettings: ModelSettings = {
  server2008GraceDays: 60,
  activationGivesRearmBack: true,
};

/** What the model takes from outside instead of asking the system. */
export interface ModelContext {
  /** The estate's time, epoch milliseconds. */
  readonly now: number;
  /** Numbers from 0 (included) to 1 (not included). */
  readonly random: () => number;
  readonly catalogue: Catalogue;
  readonly settings: ModelSettings;
}

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
