/** A machine that is meant, and the way to it. */
export interface ResolvedTarget {
  readonly name: string;
  readonly kind: 'simulated' | 'windows';
  readonly via: 'lab' | 'ssh' | 'winrm' | 'winrms';
  readonly source: string;
  /** The first machine on the way, where it is reached through one. */
  readonly jump: string | null;
  /** Where it stands, as its targets file or its tag `site` says. */
  readonly site: string | null;
}
