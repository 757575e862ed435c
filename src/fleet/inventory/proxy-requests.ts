/** A product whose installation ID was collected. Times are seconds since 1970. */
export interface CollectedProduct {
  /** The id that it gets where it has none yet. */
  readonly id: string;
  /** Name of its machine, which the inventory knows. */
  readonly machine: string;
  /** In lower case. */
  readonly activationId: string;
  readonly installationId: string;
  /** The last five characters of its key. */
  readonly partialKey: string;
  readonly at: number;
}

/** What an id of a file stands for. */
export interface ProxyRequest {
  readonly id: string;
  readonly machine: string;
  readonly activationId: string;
  readonly installationId: string;
  readonly partialKey: string;
  /** The confirmation ID that is known for it; of `note` only one that has activated this installation ID already. */
  readonly confirmationId: string | null;
  readonly appliedAt: number | null;
}

/** Proxy activation in the inventory: which id of a file means which product of which machine. */
export interface ProxyRequests {
  /**
   * Notes products, all or none: each under the id that it had before, with the same machine, installation ID and key, else
   * under the one given. One whose installation ID was activated before, on whichever machine, comes with the confirmation
   * ID of then: that is how a machine is activated anew after its system was installed again.
   */
  note(products: readonly CollectedProduct[]): Promise<readonly ProxyRequest[]>;
  /** Those of these ids that are known. */
  find(ids: readonly string[]): Promise<readonly ProxyRequest[]>;
  /** Those with these installation IDs: a list that another program wrote has ids of its own. */
  findByInstallation(installationIds: readonly string[]): Promise<readonly ProxyRequest[]>;
  /** Keeps confirmation IDs before they are sent. */
  keep(confirmations: readonly { readonly id: string; readonly confirmationId: string }[]): Promise<void>;
  /** That these were seen activated. */
  applied(ids: readonly string[], at: number): Promise<void>;
}
