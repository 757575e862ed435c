/** Shared runs as the program loads them: with the queue's packages, at their first use. */
export { conductShared } from './conduct-shared';
export { followRun } from './follow-run';
export { knownWorkers, sharedOutcomes } from './known-workers';
export { refuseUnshareable } from './refuse-unshared';
export { workHere } from './work-here';
