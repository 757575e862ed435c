import { Buffer, isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { accept, challenge, type AcceptorInput, type PendingChallenge } from '../ntlm/acceptor';
import { ntHash } from '../ntlm/keys';
import { type SealedSession } from '../ntlm/session';
import { readSpnego, spnegoAccepts, spnegoContinues, type SpnegoToken } from '../ntlm/spnego';

/** Who a connection belongs to, once it has signed in. */
export interface SignedIn<A> {
  readonly account: A;
  /** Present after NTLM; over plain HTTP every message is sealed with it. */
  readonly session: SealedSession | null;
}

/** The accounts of a target. */
export interface AccountBook<A> {
  /** Account and NT hash of its password, or null where the user is unknown. */
  find(user: string, domain: string): { readonly account: A; readonly ntHash: Buffer } | null;
}

export type SignInStep<A> =
  /** `line`: what SPNEGO says at the end of the sign-in, for the WWW-Authenticate header of the answer. */
  | { readonly kind: 'signed-in'; readonly by: SignedIn<A>; readonly line?: string }
  /** 401 with these WWW-Authenticate lines; the client goes on or gives up. */
  | { readonly kind: 'challenge'; readonly lines: readonly string[] };

/** Basic is offered over HTTPS only; over HTTP it is refused as Windows does by default. */
export interface SignInRules {
  readonly allowBasic: boolean;
  readonly acceptor: () => AcceptorInput;
}

/**
 * The sign-in of one connection. NTLM belongs to the connection: once it is through, later requests need no
 * Authorization header. NTLMSSP is taken raw, under the names Negotiate and NTLM, and inside SPNEGO.
 */
export class ConnectionSignIn<A> {
  readonly #accounts: AccountBook<A>;
  readonly #rules: SignInRules;
  #pending: PendingChallenge | null = null;
  #signedIn: SignedIn<A> | null = null;
  /** SPNEGO's list of mechanisms, which both ends sign at the end. */
  #mechanisms: Buffer | null = null;

  constructor(accounts: AccountBook<A>, rules: SignInRules) {
    this.#accounts = accounts;
    this.#rules = rules;
  }

  /** Takes the Authorization header of a request (undefined where there is none). */
  step(authorization: string | undefined): SignInStep<A> {
    if (authorization === undefined) {
      return this.#signedIn?.session == null ? this.#offer() : { kind: 'signed-in', by: this.#signedIn };
    }
    const [, scheme = '', token = ''] = /^(\w+)\s+(\S+)\s*$/.exec(authorization) ?? [];
    switch (scheme.toLowerCase()) {
      case 'basic':
        return this.#rules.allowBasic ? this.#basic(basicText(Buffer.from(token, 'base64'))) : this.#offer();
      case 'ntlm':
      case 'negotiate':
        return this.#negotiate(scheme, Buffer.from(token, 'base64'));
      default:
        return this.#offer();
    }
  }

  /** The answer to who signed in and asks to do so anew; until then, what is sealed goes on. */
  again(): Extract<SignInStep<A>, { kind: 'challenge' }> {
    return this.#offer();
  }

  #basic(text: string): SignInStep<A> {
    const colon = text.indexOf(':');
    const { user, domain } = splitUser(text.slice(0, Math.max(colon, 0)));
    const known = colon < 0 ? null : this.#accounts.find(user, domain);
    if (known === null || !timingSafeEqual(known.ntHash, ntHash(text.slice(colon + 1)))) {
      return this.#offer();
    }
    return { kind: 'signed-in', by: { account: known.account, session: null } };
  }

  #negotiate(scheme: string, token: Buffer): SignInStep<A> {
    const wrapped = readSpnego(token);
    if (wrapped === null) return this.#ntlm(scheme, token, null);
    if (wrapped.mechanisms !== null) {
      this.#mechanisms = wrapped.mechanisms;
      this.#pending = null;
    }
    if (wrapped.ntlm !== null) return this.#ntlm(scheme, wrapped.ntlm, wrapped);
    // Another mechanism was tried first: NTLM is what is spoken here.
    this.#signedIn = null;
    return { kind: 'challenge', lines: [`${scheme} ${spnegoContinues(null).toString('base64')}`] };
  }

  #ntlm(scheme: string, token: Buffer, wrapped: SpnegoToken | null): SignInStep<A> {
    const pending = this.#pending;
    this.#pending = null;
    this.#signedIn = null;
    if (pending === null) {
      this.#pending = challenge(this.#rules.acceptor(), token);
      if (this.#pending === null) return this.#offer();
      const { challengeBytes } = this.#pending;
      const answer = wrapped === null ? challengeBytes : spnegoContinues(challengeBytes);
      return { kind: 'challenge', lines: [`${scheme} ${answer.toString('base64')}`] };
    }
    const result = accept(
      pending,
      token,
      (user, domain) => this.#accounts.find(user, domain)?.ntHash ?? null,
    );
    const known = result.kind === 'accepted' ? this.#accounts.find(result.user, result.domain) : null;
    if (result.kind !== 'accepted' || known === null) {
      return this.#offer();
    }
    this.#signedIn = { account: known.account, session: result.session };
    if (wrapped === null) return { kind: 'signed-in', by: this.#signedIn };
    const mic = wrapped.isSigned && this.#mechanisms !== null ? result.sign(this.#mechanisms) : null;
    const line = `${scheme} ${spnegoAccepts(mic).toString('base64')}`;
    return { kind: 'signed-in', by: this.#signedIn, line };
  }

  #offer(): Extract<SignInStep<A>, { kind: 'challenge' }> {
    return {
      kind: 'challenge',
      lines: ['Negotiate', ...(this.#rules.allowBasic ? ['Basic realm="WSMAN"'] : [])],
    };
  }
}

/** RFC 7617 leaves the character set open: UTF-8 where the bytes are that, else Latin-1, which Python's clients send. */
function basicText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

/** `DOMAIN\user`, `user@domain` and `user`. */
export function splitUser(text: string): { readonly user: string; readonly domain: string } {
  const backslash = text.indexOf('\\');
  if (backslash >= 0) {
    return { domain: text.slice(0, backslash), user: text.slice(backslash + 1) };
  }
  const at = text.lastIndexOf('@');
  return at > 0 ? { user: text.slice(0, at), domain: text.slice(at + 1) } : { user: text, domain: '' };
}
