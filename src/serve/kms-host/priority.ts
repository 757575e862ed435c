import { constants, getPriority, setPriority } from 'node:os';

/** The process's scheduling priority, as the KMS host's setting wants it (/spri, /cpri; K8.6). */
export interface PriorityPort {
  /** Nice value of the process now. */
  current(): number;
  /** False where the system does not let this process go back up: a new process has to. */
  apply(low: boolean): boolean;
}

/** This process. "Normal" is what it was started with. */
export function processPriority(): PriorityPort {
  const normal = getPriority();
  return {
    current: () => getPriority(),
    apply: (low) => {
      const wanted = low ? constants.priority.PRIORITY_LOW : normal;
      if (getPriority() === wanted) return true;
      try {
        setPriority(wanted);
        return true;
      } catch {
        return false;
      }
    },
  };
}
