import { type Secret } from '../transports/secret';
import { type HostKeyQuestion } from '../transports/ssh/settings';

/** What a person answered before a run, in which nobody is asked. */
export class RunAnswers {
  readonly #keys = new Set<string>();
  readonly #secrets = new Map<string, Secret>();

  /** These keys, and no others of their hosts, are taken. */
  trust(question: HostKeyQuestion): void {
    this.#keys.add(keyOf(question));
  }

  readonly trusts = (question: HostKeyQuestion): Promise<boolean> =>
    Promise.resolve(this.#keys.has(keyOf(question)));

  /** The answer to a question that a connection would ask. */
  keep(question: string, secret: Secret): void {
    this.#secrets.set(question, secret);
  }

  readonly secret = (question: string): Promise<Secret | null> =>
    Promise.resolve(this.#secrets.get(question) ?? null);
}

function keyOf({ host, keyType, fingerprint }: HostKeyQuestion): string {
  return JSON.stringify([host, keyType, fingerprint]);
}
