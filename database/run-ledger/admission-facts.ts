/** What only the database knows about whether a run may begin. */
export interface AdmissionFacts {
  readonly tariffRecorded: boolean;
  /** Whether there is anybody to bill at all. */
  readonly hasAccounts: boolean;
  /** Whether the period has at least one usage record. */
  readonly hasUsage: boolean;
  /** Another run that computes the period; null when there is none. */
  readonly busyWith: { readonly run: string; readonly generation: number } | null;
  /** Whether the ledger knows another run by this name: a deleted one, or one of another namespace. */
  readonly nameTaken: boolean;
}
