/** A member of an object inside a {@link JsonNode}; positions are bytes of the text. */
export interface JsonMember {
  /** The key between its quotes, still escaped. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  /** Behind the value; white space may be included. */
  end: number;
  /** The sizes of the value's first lists, outermost first; `[]` if it is no list. */
  readonly shape: number[];
}

/** The value of a member of the document that was asked for. */
export interface JsonNode {
  readonly start: number;
  /** Where the first element of a list begins; −1 if there is none. */
  first: number;
  end: number;
  /** As for {@link JsonMember}. */
  readonly shape: number[];
  /**
   * The members of the value where it is an object, of its first element where that is one; null
   * in all other cases. Repeated keys are all listed.
   */
  members: JsonMember[] | null;
}
