/** The Temporal UI shows tables without any space between their cells. */
export const GAP = '\u2003';
