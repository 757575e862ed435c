import { hostname } from 'node:os';

/** What `%` and a letter stand for in one place of the configuration. */
export type Tokens = Readonly<Record<string, string>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** A token, a variable or a tilde that cannot be replaced. The message is the end of a sentence. */
export class TokenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenError';
  }
}

/** Replaces `%` and a letter; every other letter is an error, as it is for OpenSSH. */
export function withTokens(text: string, tokens: Tokens): string {
  return text.replaceAll(/%(.?)/gs, (whole, letter: string) => {
    if (letter === '%') return '%';
    const value = tokens[letter];
    if (value === undefined) throw new TokenError(`${whole} is not followed here`);
    return value;
  });
}

/** Replaces `${NAME}` by the environment's variable, which has to be there. */
function withVariables(text: string, variable: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\{([^}]*)(\}?)/gs, (_, name: string, end: string) => {
    if (end === '' || name === '') throw new TokenError('a variable has no name or no closing brace');
    const value = variable(name);
    if (value === undefined) throw new TokenError(`the environment variable ${name} is not set`);
    return value;
  });
}

/** Replaces both, each where it stands: what a variable holds is not looked at again. */
export function withTokensAndVariables(text: string, tokens: Tokens, env: Environment): string {
  const parts = text.split(/(\$\{[^}]*\}?)/s);
  const variable = (name: string): string | undefined => env[name];
  return parts
    .map((part) => (part.startsWith('${') ? withVariables(part, variable) : withTokens(part, tokens)))
    .join('');
}

/** `~` and `~/` at the beginning; another user's home folder is not looked up. */
export function withTilde(text: string, home: string, user: string): string {
  if (!text.startsWith('~')) return text;
  const [, name = '', path = ''] = /^~([^/]*)\/*(.*)$/s.exec(text) ?? [];
  if (name !== '' && name !== user)
    throw new TokenError(`~${name}, another user's folder, is not followed here`);
  return `${home}${home.endsWith('/') ? '' : '/'}${path}`;
}

/** What most file names of the configuration may contain. */
export function fileTokens(facts: {
  readonly host: string;
  readonly named: string;
  readonly alias: string;
  readonly port: number;
  readonly remoteUser: string;
  readonly localUser: string;
  readonly home: string;
}): Tokens {
  const here = hostname();
  return {
    h: facts.host,
    n: facts.named,
    k: facts.alias,
    p: String(facts.port),
    r: facts.remoteUser,
    u: facts.localUser,
    d: facts.home,
    i: String(process.getuid?.() ?? 0),
    l: here,
    L: here.split('.', 1)[0] ?? here,
  };
}
