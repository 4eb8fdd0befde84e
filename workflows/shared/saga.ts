/** Why an undo can't be done any more (the parcel is gone); null when it is done. */
export type Veto = string | null;

interface Undo {
  run: () => Promise<Veto>;
  mayVeto: boolean;
}

/**
 * What has to be undone if the order is cancelled. An undo is kept before its step runs, takes the business key and not the
 * step's result, and is safe whether or not the step ever took effect. The newest runs first, but those that may veto before
 * all others: after a veto the order goes on, and needs everything else as it was.
 */
export class Saga {
  readonly #undos = new Map<string, Undo>();

  /** Keeping an undo under a name it has already changes nothing. */
  keep(name: string, run: () => Promise<Veto>, { mayVeto = false }: { mayVeto?: boolean } = {}): void {
    if (!this.#undos.has(name)) this.#undos.set(name, { run, mayVeto });
  }

  async unwind(): Promise<Veto> {
    const newestFirst = [...this.#undos].reverse();
    const vetoers = newestFirst.filter(([, { mayVeto }]) => mayVeto);
    const others = newestFirst.filter(([, { mayVeto }]) => !mayVeto);
    for (const [name, { run }] of [...vetoers, ...others]) {
      const veto = await run();
      if (veto !== null) return veto;
      this.#undos.delete(name);
    }
    return null;
  }
}
