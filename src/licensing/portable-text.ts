/** What XML 1.0 cannot carry: control characters, two noncharacters and halves of surrogate pairs. */
// eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 forbids
const unportable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/u;

/** Whether every way to a machine carries a text as it is; WS-Management, which is XML, carries the least. */
export function isPortable(text: string): boolean {
  return !unportable.test(text);
}
