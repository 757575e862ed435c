import type { TargetsFile } from '../../remote/targets-file';

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

/** The machines that an expression means, and the targets file in force for the way to them. */
export interface ResolvedTargets {
  readonly targets: readonly ResolvedTarget[];
  readonly files: TargetsFile | undefined;
}
