import type { AnyAuthMethod, AuthHandlerMiddleware, BaseAgent, ParsedKey, Prompt } from 'ssh2';
import { type Secret } from '../secret';
import { type TransportFailure } from '../transport-error';
import { type Endpoint, passwordExpired } from './errors';
import { type Identity } from './identities';
import { errorMessage } from '../error-facts';

/** A way to authenticate that is tried in its turn. */
export type Credential =
  | { readonly kind: 'agent'; readonly agent: () => BaseAgent | null }
  | { readonly kind: 'key'; readonly load: () => Promise<Identity | null>; readonly file: string }
  | { readonly kind: 'password'; readonly ask: () => Promise<Secret | null> };

/** Ways to sign in that may be tried, in their order, as OpenSSH names them; undefined: all, in the usual order. */
export interface AllowedMethods {
  readonly order?: readonly string[] | undefined;
  readonly without: readonly string[];
}

/** A dialogue of more rounds is a server that asks for ever. */
const maxRounds = 20;

const nothingToTry =
  'Give a key (--identity, or the key agent) or a password: SLMGR_PASSWORD, --password-file, --password-command, or "-" as the password.';

interface Attempt {
  readonly method: 'none' | 'publickey' | 'password' | 'keyboard-interactive';
  readonly start: () => Promise<AnyAuthMethod | null>;
}

/** Lets nobody in, and says what the server offers. */
function none(user: string): Attempt {
  return { method: 'none', start: () => Promise.resolve({ type: 'none', username: user }) };
}

function permitted(attempts: readonly Attempt[], { order, without }: AllowedMethods): readonly Attempt[] {
  const allowed = attempts.filter(({ method }) => !without.includes(method));
  if (order === undefined) return allowed;
  return order.flatMap((wanted) => allowed.filter(({ method }) => method === wanted));
}

/**
 * Walks through credentials as the server allows them: `none` first, to hear what it offers, then agent and keys,
 * then the password, as such and in a keyboard-interactive dialogue. It remembers what was tried for the message.
 */
export class Authentication {
  readonly #user: string;
  readonly #endpoint: Endpoint;
  readonly #tried: string[] = [];
  readonly #notes: string[] = [];
  readonly #hints: string[] = [];
  readonly #methods: AllowedMethods;
  #offered: readonly string[] = [];
  #attempts: Attempt[] = [];
  #password: Promise<Secret | null> | null = null;
  #isUnderWay = false;

  constructor(user: string, endpoint: Endpoint, methods: AllowedMethods = { without: [] }) {
    this.#user = user;
    this.#endpoint = endpoint;
    this.#methods = methods;
  }

  /** What is tried, in this order. */
  use(credentials: readonly Credential[]): void {
    const attempts = credentials.flatMap((credential) => this.#attemptsOf(credential));
    this.#attempts = [none(this.#user), ...permitted(attempts, this.#methods)];
  }

  /** Keeps what may be missed where all ways fail. */
  hint(text: string): void {
    this.#hints.push(text);
  }

  /** True once the server has taken the key exchange and asks who the user is. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The handler that ssh2 asks for the next method. */
  readonly handler: AuthHandlerMiddleware = (offered, _partial, next) => {
    // Before the first attempt ssh2 has nothing to tell and passes null, against its types.
    this.#offered = Array.isArray(offered) ? offered : [];
    this.#isUnderWay = true;
    void this.#next(next as (method: AnyAuthMethod | false) => void);
  };

  async #next(give: (method: AnyAuthMethod | false) => void): Promise<void> {
    for (;;) {
      const attempt = this.#attempts.shift();
      if (attempt === undefined) {
        give(false);
        return;
      }
      const method = await attempt.start().catch((error: unknown) => this.note(error));
      if (method !== null) {
        give(method);
        return;
      }
    }
  }

  /** Keeps what went wrong with one way, for the message where all fail. */
  note(error: unknown): null {
    const message = errorMessage(error);
    if (!this.#notes.includes(message)) this.#notes.push(message);
    return null;
  }

  #allows(method: string): boolean {
    return this.#offered.includes(method);
  }

  #attemptsOf(credential: Credential): readonly Attempt[] {
    switch (credential.kind) {
      case 'agent':
        return [{ method: 'publickey', start: () => Promise.resolve(this.#agent(credential.agent)) }];
      case 'key':
        return [{ method: 'publickey', start: () => this.#key(credential) }];
      case 'password':
        return [
          { method: 'password', start: () => this.#asPassword(credential.ask) },
          { method: 'keyboard-interactive', start: () => this.#asDialogue(credential.ask) },
        ];
    }
  }

  #agent(open: () => BaseAgent | null): AnyAuthMethod | null {
    if (!this.#allows('publickey')) return null;
    const agent = open();
    if (agent === null) return null;
    this.#tried.push('the keys of the agent');
    return { type: 'agent', username: this.#user, agent };
  }

  async #key(credential: Extract<Credential, { kind: 'key' }>): Promise<AnyAuthMethod | null> {
    if (!this.#allows('publickey')) return null;
    const identity = await credential.load();
    if (identity === null) return null;
    this.#tried.push(`the key ${identity.file}`);
    return { type: 'publickey', username: this.#user, key: identity.key as unknown as Buffer & ParsedKey };
  }

  async #asPassword(ask: () => Promise<Secret | null>): Promise<AnyAuthMethod | null> {
    if (!this.#allows('password')) return null;
    const password = await this.#passwordFrom(ask);
    if (password === null) return null;
    this.#tried.push('a password');
    return { type: 'password', username: this.#user, password: password.reveal() };
  }

  async #asDialogue(ask: () => Promise<Secret | null>): Promise<AnyAuthMethod | null> {
    if (!this.#allows('keyboard-interactive')) return null;
    const password = await this.#passwordFrom(ask);
    if (password === null) return null;
    this.#tried.push('a password in a dialogue');
    let rounds = 0;
    return {
      type: 'keyboard-interactive',
      username: this.#user,
      prompt: (...dialogue) => {
        const [, , , prompts, finish] = dialogue;
        if (prompts.some(({ prompt }: Prompt) => /\b(?:new|retype)\b.*password/i.test(prompt))) {
          this.note(passwordExpired({ host: this.#endpoint.host, user: this.#user }));
          finish([]);
          return;
        }
        rounds += 1;
        if (rounds > maxRounds) {
          this.note(new Error(`The server asked more than ${String(maxRounds)} times in one dialogue.`));
          return;
        }
        finish(prompts.map((prompt: Prompt) => (prompt.echo === true ? this.#user : password.reveal())));
      },
    };
  }

  async #passwordFrom(ask: () => Promise<Secret | null>): Promise<Secret | null> {
    this.#password ??= ask();
    return this.#password;
  }

  /** Why it failed, with what was tried and what the server still offers; never with a secret. */
  failure(): TransportFailure {
    const tried = this.#tried.length === 0 ? 'nothing could be tried' : `tried ${this.#tried.join(', ')}`;
    const offers = this.#offered.length === 0 ? '' : `; the server offers ${this.#offered.join(', ')}`;
    return {
      step: 'authentication',
      cause: 'denied',
      message: `${this.#endpoint.host} refused the user ${this.#user}: ${tried}${offers}`,
      advice: [...this.#notes, ...this.#hints, ...this.#advice()],
    };
  }

  #advice(): readonly string[] {
    const forms =
      'Check the user: NAME for a local account, DOMAIN\\NAME or NAME@domain for one of the domain.';
    if (this.#tried.length === 0) return this.#notes.length === 0 ? [nothingToTry] : [];
    if (!this.#tried.some((way) => way.includes('key'))) return [forms];
    return [
      forms,
      'For an administrator of Windows, public keys are read from %ProgramData%\\ssh\\administrators_authorized_keys, which only administrators and SYSTEM may write.',
    ];
  }
}
