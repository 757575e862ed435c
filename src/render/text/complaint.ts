import type { Complaint } from '../../verbs/grammar';
import { usageLines } from '../../verbs/usage';

/** The sentence about a refused command line. */
export function complaintSentence(complaint: Complaint): string {
  switch (complaint.kind) {
    case 'invalid-combination':
      return 'Invalid combination of command parameters.';
    case 'unrecognized-option':
      return `Unrecognized option: ${complaint.option}`;
    case 'missing-parameter':
      return `Error: option ${complaint.verb} needs ${complaint.parameter}`;
  }
}

/** The complaint and the usage text; the empty line stands where slmgr has it. */
export function complaintLines(complaint: Complaint): readonly string[] {
  const sentence = complaintSentence(complaint);
  const head = complaint.kind === 'missing-parameter' ? ['', sentence] : [sentence, ''];
  return [...head, ...usageLines()];
}
