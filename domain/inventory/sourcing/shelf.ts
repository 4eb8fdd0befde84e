/** What one demand needs; SKUs are numbers of columns. */
export interface Need {
  units: number;
  parts: readonly { sku: number; quantity: number }[];
}

/** A need, and which one it is. */
export interface NumberedNeed extends Need {
  number: number;
}

/** Units on a shelf, by column. */
export type Shelf = readonly number[];

/** Units of each need that come from each shelf: `[shelf][need]`. */
export type Assignment = number[][];

/** How many units of the need the shelf can give, up to `most`. */
export function unitsThatFit({ parts }: Need, shelf: Shelf, most: number): number {
  let fewest = most;
  for (const { sku, quantity } of parts) {
    const there = shelf[sku] ?? 0;
    if (there < fewest * quantity) fewest = Math.floor(there / quantity);
  }
  return fewest;
}

/** Takes units off the shelf; fewer than none puts them back. */
export function take({ parts }: Need, shelf: number[], units: number): void {
  for (const { sku, quantity } of parts) shelf[sku] = (shelf[sku] ?? 0) - units * quantity;
}
