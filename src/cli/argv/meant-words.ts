import { nearest } from '../../licensing/nearest';

/** Words that other programs have for what this one calls by another name, by the words in front of them. */
const otherWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    activate: '/ato',
    license: '/dli',
    licence: '/dli',
    info: '/dli',
    details: '/dlv',
    expiry: '/xpr',
    expires: '/xpr',
    expiration: '/xpr',
    machines: 'lab list',
    ls: 'lab list',
    error: 'explain',
    why: 'explain',
    product: 'keys',
    products: 'keys',
    key: 'keys',
    ping: 'check-connection',
    test: 'check-connection',
    connect: 'check-connection',
    monitor: 'check',
    find: 'discover',
    hosts: 'targets',
    usage: 'help',
    man: 'help',
  },
  lab: {
    create: 'add',
    new: 'add',
    make: 'add',
    delete: 'remove',
    del: 'remove',
    rm: 'remove',
    destroy: 'remove',
    ls: 'list',
    machines: 'list',
    info: 'show',
    get: 'show',
    status: 'show',
    run: 'exec',
    ssh: 'serve',
    log: 'events',
    logs: 'events',
    copy: 'clone',
    time: 'clock',
    date: 'clock',
    backup: 'export',
    save: 'export',
    restore: 'import',
    load: 'import',
    config: 'settings',
    configure: 'set',
    user: 'account',
    users: 'account',
    accounts: 'account',
    reset: 'init',
    reboot: 'restart',
    shutdown: 'stop',
    boot: 'start',
    phone: 'confirm',
    'call-center': 'confirm',
    keys: 'mint-key',
    key: 'mint-key',
  },
  kms: {
    publish: 'dns-record',
    register: 'dns-record',
    dns: 'dns-record',
    records: 'dns-record',
    start: 'serve',
    host: 'serve',
    listen: 'serve',
    activate: 'client',
    request: 'client',
    renew: 'client',
    count: 'status',
    info: 'status',
    show: 'status',
    list: 'status',
    bench: 'load',
    test: 'load',
  },
  'lab clock': {
    forward: 'advance',
    move: 'advance',
    add: 'advance',
    stop: 'hold',
    pause: 'hold',
    freeze: 'hold',
    start: 'run',
    resume: 'run',
    continue: 'run',
  },
  'lab dns': {
    delete: 'remove',
    rm: 'remove',
    del: 'remove',
    list: 'records',
    ls: 'records',
    show: 'records',
  },
  'lab account': {
    delete: 'remove',
    rm: 'remove',
    del: 'remove',
    create: 'add',
    new: 'add',
    ls: 'list',
    show: 'list',
  },
};

/**
 * What a word behind others probably means: the name that other programs have for it, the known word that is nearest, or
 * the one that has it as a part (`token` for `mint-token`). Null where nothing is like it.
 */
export function meantWord(behind: string, typed: string, known: readonly string[]): string | null {
  const word = typed.toLowerCase();
  const other = otherWords[behind];
  if (other !== undefined && Object.hasOwn(other, word)) return other[word] ?? null;
  return nearest(word, known) ?? known.find((one) => one.split('-').includes(word)) ?? null;
}

/** The names that other programs have for what no word stands in front of, as lines of this one; null where none is known. */
export function meantLine(typed: string): string | null {
  const other = otherWords[''] ?? {};
  const word = typed.toLowerCase();
  return Object.hasOwn(other, word) ? (other[word] ?? null) : null;
}
