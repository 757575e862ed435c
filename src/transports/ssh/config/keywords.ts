import { splitAddress } from './jump';

/** Why the words of a line cannot be taken, as the end of a sentence; null where they can. */
type Check = (words: readonly string[], rest: string) => string | null;

/** What becomes of a keyword's line. */
export type Keyword =
  /** Followed: the first value that holds is the one that counts, or all of them do. */
  | { readonly kind: 'followed'; readonly name: string; readonly check: Check; readonly all?: true }
  /** Would change the way, the trust or the machine, and is not followed: an error unless it says that it is off. */
  | { readonly kind: 'refused'; readonly isOff: (word: string) => boolean }
  /** Only signing in could miss it: named where that fails. */
  | { readonly kind: 'noted' }
  /** Changes nothing about which machine is reached and whom it trusts. */
  | { readonly kind: 'passed-over' };

function oneWord(check: (word: string) => string | null): Check {
  return ([first, ...more]) => {
    if (first === undefined || first === '') return 'its value is missing';
    return check(first) ?? (more.length > 0 ? 'it has more words than it takes' : null);
  };
}

function oneOf(...values: readonly string[]): Check {
  return oneWord((word) => (values.includes(word.toLowerCase()) ? null : `it does not take ${word}`));
}

const anyWord = oneWord(() => null);
const flag = oneOf('yes', 'true', 'no', 'false');

const files: Check = (words) => {
  if (words.length === 0 || words.includes('')) return 'a file name is missing';
  if (words.length > 32) return 'it has more than 32 files';
  return words.length > 1 && words.some(isNone) ? 'none stands alone' : null;
};

/** `none` in any case. */
export function isNone(word: string): boolean {
  return word.toLowerCase() === 'none';
}

const port = oneWord((word) =>
  /^\d{1,5}$/.test(word) && Number(word) >= 1 && Number(word) <= 65535 ? null : `${word} is no port`,
);

const greatestCount = 2 ** 31 - 1;
const count = oneWord((word) =>
  /^\d+$/.test(word) && Number(word) <= greatestCount ? null : `${word} is no number`,
);

const time = oneWord((word) =>
  word === 'none' || /^(?:\d{1,7}[smhdw]?)+$/i.test(word) ? null : `${word} is no time`,
);

/** Versions of OpenSSH differ about tokens in it: what one takes as it is, another replaces. */
const user = oneWord((word) =>
  /%|\$\{/.test(word) ? 'versions of OpenSSH differ about % and ${ in it: write the name out' : null,
);

const agent = oneWord((word) =>
  /^\$(?!\{)(?![A-Za-z_][A-Za-z0-9_]*$)/.test(word) ? `${word} is no name of a variable` : null,
);

const jump: Check = (_, rest) => {
  const addresses = jumpList(rest);
  const wrong = addresses.find((address) => splitAddress(address) === null);
  return wrong === undefined
    ? null
    : `${JSON.stringify(wrong)} is no jump host; the form is [user@]host[:port]`;
};

/** The machines of a ProxyJump line, the first one first; none for `none`. */
export function jumpList(rest: string): readonly string[] {
  const list = withoutEquals(rest).replace(/#.*$/s, '').trimEnd();
  return isNone(list) ? [] : list.split(',');
}

/** The command of a line that takes it as it is. */
export function withoutEquals(rest: string): string {
  return rest.replace(/^[ \t\r\n=]+/, '');
}

function followed(name: string, check: Check): Keyword {
  return { kind: 'followed', name, check };
}

function refused(...off: readonly string[]): Keyword {
  return { kind: 'refused', isOff: (word) => off.includes(word.toLowerCase()) };
}

const dialogue = followed('kbdinteractiveauthentication', flag);
const publicKey = followed(
  'pubkeyauthentication',
  oneOf('yes', 'true', 'no', 'false', 'unbound', 'host-bound'),
);
const identity: Keyword = { kind: 'followed', name: 'identityfile', check: anyWord, all: true };
const noted: Keyword = { kind: 'noted' };

const known: Readonly<Record<string, Keyword>> = {
  addressfamily: followed('addressfamily', oneOf('any', 'inet', 'inet6')),
  challengeresponseauthentication: dialogue,
  connecttimeout: followed('connecttimeout', time),
  dsaauthentication: publicKey,
  globalknownhostsfile: followed('globalknownhostsfile', files),
  hashknownhosts: followed('hashknownhosts', flag),
  hostkeyalias: followed('hostkeyalias', anyWord),
  hostname: followed('hostname', anyWord),
  identitiesonly: followed('identitiesonly', flag),
  identityagent: followed('identityagent', agent),
  identityfile: identity,
  identityfile2: identity,
  kbdinteractiveauthentication: dialogue,
  passwordauthentication: followed('passwordauthentication', flag),
  port: followed('port', port),
  preferredauthentications: followed('preferredauthentications', anyWord),
  proxycommand: followed('proxy', () => null),
  proxyjump: followed('proxy', jump),
  pubkeyauthentication: publicKey,
  requiredrsasize: followed('requiredrsasize', count),
  serveralivecountmax: followed('serveralivecountmax', count),
  serveraliveinterval: followed('serveraliveinterval', time),
  skeyauthentication: dialogue,
  stricthostkeychecking: followed(
    'stricthostkeychecking',
    oneOf('yes', 'true', 'no', 'false', 'off', 'ask', 'accept-new'),
  ),
  tisauthentication: dialogue,
  user: followed('user', user),
  userknownhostsfile: followed('userknownhostsfile', files),
  bindaddress: refused(),
  bindinterface: refused(),
  canonicalizehostname: refused('no', 'false'),
  checkhostip: refused('no', 'false'),
  knownhostscommand: refused('none'),
  refuseconnection: refused(),
  revokedhostkeys: refused('none'),
  certificatefile: noted,
  pkcs11provider: noted,
  smartcarddevice: noted,
};

/** Keywords of OpenSSH and its packages that change neither the way nor the trust. */
const passedOver = new Set(
  `addkeystoagent afstokenpassing batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
  canonicalizepermittedcnames casignaturealgorithms channeltimeout cipher ciphers clearallforwardings compression
  compressionlevel connectionattempts controlmaster controlpath controlpersist dynamicforward
  enableescapecommandline enablesshkeysign escapechar exitonforwardfailure fallbacktorsh fingerprinthash
  forkafterauthentication forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports
  globalknownhostsfile2 gssapiauthentication gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms
  gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms
  hostbasedauthentication hostbasedkeytypes hostkeyalgorithms ignoreunknown ipqos kbdinteractivedevices keepalive
  kerberosauthentication kerberostgtpassing kexalgorithms localcommand localforward loglevel logverbose macs
  nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming permitlocalcommand
  permitremoteopen protocol proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes rekeylimit remotecommand
  remoteforward requesttty rhostsauthentication rhostsrsaauthentication rsaauthentication
  securitykeyprovider sendenv sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility
  tag tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain useprivilegedport userknownhostsfile2 useroaming
  usersh verifyhostkeydns versionaddendum visualhostkey warnweakcrypto xauthlocation`.split(/\s+/),
);

/** What becomes of a keyword in lower case; null for one that is not known, an error to OpenSSH as well. */
export function keywordOf(word: string): Keyword | null {
  if (passedOver.has(word)) return { kind: 'passed-over' };
  return Object.hasOwn(known, word) ? (known[word] ?? null) : null;
}
