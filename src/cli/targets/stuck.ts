/** What is said of a machine that was set aside. */
export function stuckMessage(name: string): string {
  return (
    `${name} stayed due whatever it did, and was set aside: it does nothing of itself until something changes it ` +
    `("slmgr lab restart ${name}", another key), or remove it with "slmgr lab remove ${name}".`
  );
}
