import { isAbsolute, join } from 'node:path';
import { errorMessage } from '../../error-facts';
import { matchesList } from '../patterns';
import { type Family, usualName } from './address';
import { type Active, type Candidate, matchesCriteria, matchesHostLine, no, yes } from './criteria';
import { configError, type ConfigFiles, type ConfigLine, isDividing, lineError, placeOf } from './files';
import { filesOf } from './glob';
import { type Keyword } from './keywords';
import { type Environment, type Tokens, withTilde, withTokens, withTokensAndVariables } from './tokens';

/** Whose settings are looked up, and for which host. */
export interface ConfigNames {
  /** As the line or the ProxyJump names it. */
  readonly host: string;
  /** What was said besides the configuration wins over it, and Match sees it. */
  readonly saidUser?: string | undefined;
  readonly saidPort?: number | undefined;
  readonly home: string;
  readonly localUser: string;
  readonly env: Environment;
}

/** Where the files are: the user's, and the one of the whole computer in its folder. */
export interface ConfigPlaces {
  readonly userFile: string;
  readonly systemFolder: string;
}

/** OpenSSH's own bound for files that include files. */
const deepest = 16;
/** Lines that may be looked at for one host: a file that includes itself twice doubles with every step. */
const maxLines = 500_000;

const families: Readonly<Record<string, Family>> = { inet: 4, inet6: 6 };

interface Scope {
  readonly isUsers: boolean;
  readonly depth: number;
  /** Whether the Include that led here holds: what is in the file never holds more than that. */
  readonly outer: Active;
}

/** The lines that hold for one host, gathered as OpenSSH does: two passes where `Match final` asks for it. */
export class HostSettings {
  readonly #names: ConfigNames;
  readonly #files: ConfigFiles;
  readonly #places: ConfigPlaces;
  readonly #first = new Map<string, ConfigLine>();
  readonly #identities: ConfigLine[] = [];
  readonly #noted = new Set<ConfigLine>();
  #ignored: string | null = null;
  #host: string;
  #isFinalPass = false;
  #wantsFinalPass = false;
  #lines = 0;

  constructor(files: ConfigFiles, places: ConfigPlaces, names: ConfigNames) {
    this.#files = files;
    this.#places = places;
    this.#names = names;
    this.#host = names.host;
    this.#readAll();
    if (!this.#wantsFinalPass) return;
    this.#host = this.hostName;
    this.#isFinalPass = true;
    this.#readAll();
  }

  /** The line that says a setting, the first one that holds. */
  line(name: string): ConfigLine | undefined {
    return this.#first.get(name);
  }

  /** The first word of a setting. */
  word(name: string): string | undefined {
    return this.line(name)?.words[0];
  }

  get identityLines(): readonly ConfigLine[] {
    return this.#identities;
  }

  /** Lines that only signing in could miss. */
  get notedLines(): readonly ConfigLine[] {
    return [...this.#noted];
  }

  /** The host's name as the lines so far give it. */
  get hostName(): string {
    // The second reading begins with the name, and leaves it.
    if (this.#isFinalPass) return this.#host;
    const line = this.line('hostname');
    const { host } = this.#names;
    return usualName(
      line === undefined ? host : this.expanded(line, () => withTokens(line.words[0] ?? '', { h: host })),
      this.addressFamily,
    );
  }

  get addressFamily(): Family {
    return families[this.word('addressfamily')?.toLowerCase() ?? ''] ?? 0;
  }

  /** A text of a line with something replaced in it; what cannot be replaced is the line's error. */
  expanded(line: ConfigLine, expand: () => string): string {
    try {
      return expand();
    } catch (error) {
      throw lineError(line, errorMessage(error));
    }
  }

  #readAll(): void {
    const { userFile, systemFolder } = this.#places;
    this.#readFile(userFile, true, { isUsers: true, depth: 0, outer: yes });
    this.#readFile(join(systemFolder, 'ssh_config'), false, { isUsers: false, depth: 0, outer: yes });
  }

  #readFile(file: string, checksOwner: boolean, scope: Scope): void {
    const lines = this.#files.lines(file, checksOwner);
    if (lines === null) return;
    this.#lines += lines.length;
    if (scope.depth > deepest || this.#lines > maxLines)
      throw configError(
        file,
        'Include lines are nested too deep',
        'Files may include each other, but not without end.',
      );
    let active = scope.outer;
    for (const line of lines) active = this.#take(line, active, scope);
  }

  /** Takes a line; what holds behind it. */
  #take(line: ConfigLine, active: Active, scope: Scope): Active {
    switch (line.keyword) {
      case 'host':
        return this.#host_(line, scope.outer);
      case 'match':
        return this.#match(line, scope.outer);
      case 'include':
        this.#include(line, active, scope);
        return active;
      case 'ignoreunknown':
        if (active.kind !== 'no') this.#ignored ??= line.words[0] ?? null;
        return active;
      default:
        this.#setting(line, active);
        return active;
    }
  }

  #host_(line: ConfigLine, outer: Active): Active {
    if (line.words.includes('')) throw lineError(line, 'a pattern is empty');
    return matchesHostLine(line.words, this.#host) ? outer : no;
  }

  #match(line: ConfigLine, outer: Active): Active {
    try {
      const { active, wantsFinalPass } = matchesCriteria(line.words, this.#candidate());
      this.#wantsFinalPass ||= wantsFinalPass;
      if (outer.kind === 'no' || active.kind === 'no') return no;
      return active.kind === 'unsure' ? { kind: 'unsure', why: `${active.why} (${placeOf(line)})` } : outer;
    } catch (error) {
      throw lineError(line, errorMessage(error));
    }
  }

  #candidate(): Candidate {
    const { host, localUser } = this.#names;
    const line = this.line('hostname');
    const named = line === undefined ? this.#host : withTokens(line.words[0] ?? '', { h: this.#host });
    return {
      host: this.#isFinalPass ? this.#host : named,
      originalHost: host,
      user: this.#user(),
      localUser,
      isFinalPass: this.#isFinalPass,
    };
  }

  #user(): string {
    return this.#names.saidUser ?? this.word('user') ?? this.#names.localUser;
  }

  #include(line: ConfigLine, active: Active, scope: Scope): void {
    for (const word of line.words) {
      const pattern = this.expanded(line, () => this.#includePattern(word, scope));
      for (const file of filesOf(pattern)) {
        this.#readFile(file, true, { ...scope, depth: scope.depth + 1, outer: active });
      }
    }
  }

  /** Tokens and variables are replaced as OpenSSH does since 10.0; before that it looks for a file of that name. */
  #includePattern(word: string, { isUsers }: Scope): string {
    return includePattern(word, { ...this.#names, ...this.#places, isUsers }, () => this.#replaced(word));
  }

  #replaced(word: string): string {
    if (!/%|\$\{/.test(word)) return word;
    const { host, home, localUser, env } = this.#names;
    const tokens: Tokens = { h: this.#candidate().host, n: host, r: this.#user(), u: localUser, d: home };
    return withTokensAndVariables(word, tokens, env);
  }

  #setting(line: ConfigLine, active: Active): void {
    const { meaning } = line;
    if (meaning === null) {
      if (this.#isIgnored(line.keyword) || isDividing(line.keyword)) return;
      throw lineError(line, 'OpenSSH has no such setting (IgnoreUnknown passes over it)');
    }
    if (active.kind !== 'no') this.#hold(line, meaning, active);
  }

  #isIgnored(keyword: string): boolean {
    return this.#ignored !== null && matchesList(keyword, this.#ignored.toLowerCase());
  }

  /** Takes a setting that holds, or may. */
  #hold(line: ConfigLine, meaning: Keyword, active: Active): void {
    const { words } = line;
    switch (meaning.kind) {
      case 'passed-over':
        return;
      case 'noted':
        this.#noted.add(line);
        return;
      case 'refused':
        if (!this.#first.has(line.keyword)) this.#refuse(line, meaning.isOff(words[0] ?? ''), active);
        return;
      case 'followed':
        if (meaning.all === true) {
          this.#sure(line, active);
          if (!this.#identities.some((other) => other.words[0] === words[0])) this.#identities.push(line);
        } else if (!this.#isSaid(meaning.name) && !saysNothing(meaning.name, words)) {
          this.#sure(line, active);
          this.#first.set(meaning.name, line);
        }
    }
  }

  /** The first line counts; and the second reading begins with the name that the first one found. */
  #isSaid(name: string): boolean {
    return this.#first.has(name) || (name === 'hostname' && this.#isFinalPass);
  }

  #refuse(line: ConfigLine, isOff: boolean, active: Active): void {
    this.#sure(line, active);
    this.#first.set(line.keyword, line);
    if (isOff) return;
    const reason =
      line.keyword === 'refuseconnection' ? (line.words[0] ?? '') : 'it is not followed here, and ssh would';
    throw configError(
      placeOf(line),
      `${line.keyword} for ${this.#names.host}: ${reason}`,
      'Take it out for this host (Host and Match say for which), or name the machine by another way: an address, or the targets file.',
    );
  }

  #sure(line: ConfigLine, active: Active): void {
    if (active.kind !== 'unsure') return;
    throw configError(
      placeOf(line),
      `${line.keyword} hangs on ${active.why}, which is not asked here`,
      'Put what the machine needs in front of that line, in a Host or a Match that does not need it.',
    );
  }
}

/** Where relative names of Include belong. */
type IncludeScope = Pick<ConfigNames, 'home' | 'localUser'> &
  Pick<ConfigPlaces, 'systemFolder'> & { readonly isUsers: boolean };

/**
 * The absolute pattern of a word of Include, `replaced` being the word without its tokens and variables. Throws an error
 * whose message is the end of a sentence.
 */
export function includePattern(
  word: string,
  { isUsers, home, localUser, systemFolder }: IncludeScope,
  replaced: () => string,
): string {
  if (word === '') throw new Error('a file name is empty');
  if (word.startsWith('~') && !isUsers) throw new Error('~ has no meaning in a file of the whole computer');
  const path = withTilde(replaced(), home, localUser);
  if (isAbsolute(path)) return path;
  return join(isUsers ? join(home, '.ssh') : systemFolder, path);
}

/** `none` as a time leaves it to whoever speaks next. */
function saysNothing(name: string, words: readonly string[]): boolean {
  return (name === 'connecttimeout' || name === 'serveraliveinterval') && words[0] === 'none';
}
