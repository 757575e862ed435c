/** A self-signed certificate as WinRM listeners have it, in PEM. */
export interface TlsCertificate {
  readonly cert: string;
  readonly key: string;
}

const days = 3650;

/** Makes the certificate of a simulated machine for its names and for loopback. `now` is the real time: TLS has no other. */
export async function generateCertificate(names: readonly string[], now: number): Promise<TlsCertificate> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 24 * 3_600_000),
    notAfterDate: new Date(now + days * 24 * 3_600_000),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...[...names, 'localhost'].map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: '127.0.0.1' },
          { type: 7 as const, ip: '::1' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
