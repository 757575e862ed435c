/** First words by which the program is called by its own helpers; no help shows them. */

/** Completion scripts ask for candidates; the last word is the one under the cursor. */
export const completeWord = '@complete';

/** With this status the program says that names of files fit, which the shell completes itself. */
export const filesFitStatus = 10;

/** The stand-ins of `lab exec` play the script host of a machine. */
export const scriptHostWord = '@script-host';
