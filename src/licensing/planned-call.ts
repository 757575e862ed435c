/** A call that a changing verb would make. */
export interface PlannedCall {
  /** "service", "product[ID]", "license[ID]", "registry", "directory" or "signer". */
  readonly target: string;
  readonly method: string;
  /** Arguments by name, in the method's order. Secrets are stars. */
  readonly args: Readonly<Record<string, string | number | boolean>>;
}
