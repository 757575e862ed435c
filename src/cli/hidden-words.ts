/** First words by which the program is called by its own helpers; no help shows them. */

/** Completion scripts ask for candidates; the last word is the one under the cursor. */
export const completeWord = '@complete';

/** The stand-ins of `lab exec` play the script host of a machine. */
export const scriptHostWord = '@script-host';
