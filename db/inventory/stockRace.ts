/** Somebody else took the stock between the look and the reservation: roll back and try again from the start. */
export class StockRaceLost extends Error {
  override readonly name = 'StockRaceLost';
}

const MAX_RACES = 50;

/** Runs a whole transaction again each time that it has lost the race for stock. */
export async function untilRaceWon<T>(run: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof StockRaceLost) || race === MAX_RACES) throw error;
    }
  }
}
