/** An error text of the contract with clients; `<x>` stands for a part that varies. */
export interface SpecText {
  readonly id: string;
  readonly section: string;
  readonly text: string;
  /** What Serval says in its place, by the table in docs/compatibility.md: this is what rows have. */
  readonly better?: string;
  /** Why no request, file or flag by itself brings it about: it has no row. */
  readonly unreachable?: string;
  /** The test that has a text without a row. */
  readonly provedBy?: string;
}
