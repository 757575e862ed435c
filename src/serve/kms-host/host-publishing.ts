import { publishPlan, type PublishPlan } from '../../kms/engine/publish-plan';
import { publishDoneFields, publishFailedFields } from '../../kms/engine/host-events';
import { unpublishable } from '../../lab/clockwork/publish-events';
import { kmsPublishFacts } from '../../lab/clockwork/host-facts';
import { type EstateSettings } from '../../lab/estate/settings';
import { type EstateStore, type StoredMachine } from '../../lab/estate/store-port';
import { eventEntry } from '../../lab/model/events';
import { formatHresult } from '../../licensing/hresult';
import { type Log } from '../../kms/net/log';
import { type DomainOutcome, publisherFor, type RecordPublisher } from './publish-port';
import { messageOf } from '../../kms/net/system-error';

/** The host writes its records anew every 24 hours of the estate's time (K3.4, K7.2). */
const renewalMs = 24 * 60 * 60 * 1000;
/** A failed attempt is made again after this time, then after twice of it, and so on. Real time. */
const firstRetryMs = 5000;
const longestRetryMs = 300_000;

/** What publishing depends on, as it stands now. */
export interface PublishingMoment {
  readonly host: StoredMachine;
  readonly settings: EstateSettings;
  readonly addresses: readonly string[];
  readonly port: number;
  /** The estate's time and the real one, epoch ms. */
  readonly estateNow: number;
  readonly realNow: number;
  /** True where the service has just started. */
  readonly restarted: boolean;
}

/** How the last attempt in a domain ended. */
export interface PublishedDomain extends DomainOutcome {
  /** The estate's time of the attempt. */
  readonly at: number;
}

/** Publishes a served host at its start, at its activation, every 24 hours and on change; failures again later. */
export class HostPublishing {
  readonly #store: EstateStore;
  readonly #log: Log;
  readonly #publisher: (settings: EstateSettings) => RecordPublisher;
  #last: { readonly key: string; readonly at: number } | null = null;
  #retryAt: number | null = null;
  #retryMs = firstRetryMs;
  #underWay: Promise<void> | null = null;
  #domains: readonly PublishedDomain[] = [];

  constructor(store: EstateStore, log: Log, publisher?: (settings: EstateSettings) => RecordPublisher) {
    this.#store = store;
    this.#log = log;
    this.#publisher = publisher ?? ((settings) => publisherFor(settings.dns, store));
  }

  get domains(): readonly PublishedDomain[] {
    return this.#domains;
  }

  /** Publishes where it is time to; at most one attempt is under way. */
  follow(moment: PublishingMoment): void {
    if (this.#underWay !== null) return;
    const plan = planOf(moment);
    const key = JSON.stringify([plan.records, moment.settings.dns]);
    if (plan.records.length === 0) {
      this.#last = { key, at: moment.estateNow };
      this.#retryAt = null;
    } else if (this.#isDue(moment, key)) {
      this.#last = { key, at: moment.estateNow };
      this.#underWay = this.#attempt(moment, plan).finally(() => {
        this.#underWay = null;
      });
    }
  }

  /** Resolves when no attempt is under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  #isDue({ restarted, estateNow, realNow }: PublishingMoment, key: string): boolean {
    if (restarted || this.#last?.key !== key) return true;
    if (Math.abs(estateNow - this.#last.at) >= renewalMs) return true;
    return this.#retryAt !== null && realNow >= this.#retryAt;
  }

  async #attempt(moment: PublishingMoment, plan: PublishPlan): Promise<void> {
    for (const { line, reason } of plan.problems) this.#log('warn', 'publish-list-line', { line, reason });
    try {
      const outcomes = await this.#publisher(moment.settings).publish(plan);
      this.#domains = outcomes.map((outcome) => ({ ...outcome, at: moment.estateNow }));
      const badLines = unpublishable(plan).map((each) => ({ ...each, problem: 'this line of the list' }));
      this.#record(moment, [...outcomes, ...badLines]);
      this.#plan(
        outcomes.some((outcome) => outcome.hresult !== 0),
        moment.realNow,
      );
    } catch (error) {
      this.#log('error', 'publish-failed', {
        message: messageOf(error),
      });
      this.#plan(true, moment.realNow);
    }
  }

  #plan(again: boolean, realNow: number): void {
    this.#retryAt = again ? realNow + this.#retryMs : null;
    this.#retryMs = again ? Math.min(this.#retryMs * 2, longestRetryMs) : firstRetryMs;
  }

  /** Events 12294 and 12293 (K10.6, K10.7). */
  #record({ host, estateNow }: PublishingMoment, outcomes: readonly DomainOutcome[]): void {
    const entries = outcomes.map(({ domain, hresult }) =>
      hresult === 0
        ? eventEntry(host.state, 12294, publishDoneFields(domain), estateNow)
        : eventEntry(host.state, 12293, publishFailedFields(hresult, domain), estateNow),
    );
    for (const { domain, hresult, problem } of outcomes) {
      if (hresult === 0 && problem !== null)
        this.#log('warn', 'addresses-not-published', { domain, problem });
      if (hresult === 0) this.#log('info', 'published', { domain });
      else this.#log('warn', 'publish-failed', { domain, hresult: formatHresult(hresult), problem });
    }
    this.#store.write((writer) => {
      // The machine may have gone while DNS was asked.
      if (writer.machine(host.state.name)?.id === host.id) writer.appendEvents(host.id, entries);
    });
  }
}

/** Nothing is published before a host key is activated (K11.3). */
function planOf({ host, settings, addresses, port }: PublishingMoment): PublishPlan {
  const isServing = host.state.products.some(
    (product) => product.kmsHost !== null && product.key !== null && product.license.status === 'licensed',
  );
  if (!isServing) return { records: [], problems: [] };
  return publishPlan(kmsPublishFacts(host.state, settings, { addresses, port }));
}
