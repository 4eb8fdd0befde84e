/** Why an undo can't be done any more (the parcel is gone); null when it is done. */
export type Veto = string | null;

/**
 * What has to be undone if the order is cancelled. An undo is kept before its step runs, takes the business key and not the
 * step's result, and is safe whether or not the step ever took effect. The newest runs first; one that vetoes stops the rest,
 * and the order goes on.
 */
export class Saga {
  readonly #undos = new Map<string, () => Promise<Veto>>();

  /** Keeping an undo under a name it has already changes nothing. */
  keep(name: string, undo: () => Promise<Veto>): void {
    if (!this.#undos.has(name)) this.#undos.set(name, undo);
  }

  async unwind(): Promise<Veto> {
    for (const [name, undo] of [...this.#undos].reverse()) {
      const veto = await undo();
      if (veto !== null) return veto;
      this.#undos.delete(name);
    }
    return null;
  }
}
