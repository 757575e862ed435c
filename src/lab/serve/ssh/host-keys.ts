import ssh2 from 'ssh2';

/** A host key of a simulated machine in OpenSSH's private key form. */
export interface HostKey {
  readonly type: 'ed25519' | 'rsa';
  readonly privateKey: string;
}

/** Makes the two host keys that Windows' SSH server has. They are kept, so that clients may remember them. */
export function generateHostKeys(comment: string): readonly HostKey[] {
  const ed25519 = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, comment });
  return [
    { type: 'ed25519', privateKey: ed25519.private },
    { type: 'rsa', privateKey: rsa.private },
  ];
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
