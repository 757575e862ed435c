/** A piece of work that one process alone has. */
export interface Hold {
  /** Whether it was lost meanwhile: another process may have it since. */
  readonly isLost: () => boolean;
  readonly release: () => Promise<void>;
}
