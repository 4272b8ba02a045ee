/** Something that must hold of every month, checked over the real tables and the provider's own log. */
export interface Invariant {
  readonly name: string;
  readonly holds: boolean;
  /** The numbers behind it, for a person. */
  readonly detail: string;
}
