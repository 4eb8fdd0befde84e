/** One place of a guard, and what stands there when it is gone. */
export interface Edit {
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
}

/** Something that keeps a fault from happening, and the tests that have to notice when it is not there. */
export interface Guard {
  name: string;
  edits: readonly Edit[];
  /** Test files. */
  tests: readonly string[];
  /** A part of their titles, as a regular expression, where running all of them would take long. */
  title?: string;
  /** Why it takes several edits: what else would have caught it. */
  depth?: string;
}
