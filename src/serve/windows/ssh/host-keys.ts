import ssh2 from 'ssh2';

/** A host key of a simulated machine in OpenSSH's private key form. */
export interface HostKey {
  readonly type: 'ed25519' | 'rsa';
  readonly privateKey: string;
}

/** Makes a host key. Windows' SSH server has one of each kind; they are kept, so that clients may remember them. */
export function generateHostKey(type: HostKey['type'], comment: string): HostKey {
  for (;;) {
    const made =
      type === 'rsa'
        ? ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, comment })
        : ssh2.utils.generateKeyPairSync('ed25519', { comment });
    // ssh2 1.17 writes one ed25519 key of some hundred in a form that it then cannot read.
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return { type, privateKey: made.private };
  }
}

/** Lines of a known_hosts file for an address that serves these keys. */
export function knownHostLines(
  { address, port }: { readonly address: string; readonly port: number },
  keys: readonly Pick<HostKey, 'privateKey'>[],
): readonly string[] {
  return keys.map(({ privateKey }) => {
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error) throw key;
    const name = port === 22 ? address : `[${address}]:${port}`;
    return `${name} ${key.type} ${key.getPublicSSH().toString('base64')}`;
  });
}
