/** What the commands of one account may hold at once, over all its connections to all machines that are served. */
export interface WorkLimits {
  /** Commands that wait or run, or whose output has not been taken. */
  readonly commands: number;
  /** Bytes of their input and output together. */
  readonly bytes: number;
  /** Bytes of all accounts together. */
  readonly allBytes: number;
}

export const defaultWorkLimits: WorkLimits = {
  commands: 32,
  bytes: 32 * 1024 * 1024,
  allBytes: 128 * 1024 * 1024,
};

/** A command under way: what it holds, until it ends. */
export interface Work {
  /** Holds so many more bytes; false, and nothing more is held, where the account has no room for them. */
  readonly take: (bytes: number) => boolean;
  /** Gives back so many of the bytes that it holds. */
  readonly give: (bytes: number) => void;
  /** Ends it; a second time does nothing. */
  readonly end: () => void;
}

/** Counts what is under way. */
export class WorkQuota {
  readonly #limits: WorkLimits;
  readonly #accounts = new Map<string, { commands: number; bytes: number }>();
  #bytes = 0;

  constructor(limits: Partial<WorkLimits> = {}) {
    this.#limits = { ...defaultWorkLimits, ...limits };
  }

  /** Begins a command of an account; null where it has as many as it may have. */
  begin(account: string): Work | null {
    const own = this.#accounts.get(account) ?? { commands: 0, bytes: 0 };
    if (own.commands >= this.#limits.commands) return null;
    own.commands += 1;
    this.#accounts.set(account, own);
    let held = 0;
    let isOver = false;
    const change = (by: number): void => {
      held += by;
      own.bytes += by;
      this.#bytes += by;
    };
    return {
      take: (bytes) => {
        const { bytes: most, allBytes } = this.#limits;
        if (isOver || own.bytes + bytes > most || this.#bytes + bytes > allBytes) return false;
        change(bytes);
        return true;
      },
      give: (bytes) => change(-Math.min(bytes, held)),
      end: () => {
        if (isOver) return;
        isOver = true;
        change(-held);
        own.commands -= 1;
        if (own.commands === 0) this.#accounts.delete(account);
      },
    };
  }
}
