/** What a run of the replenishment may be started with. One that the clock starts has none of it. */
export interface ReplenishStockInput {
  runId?: string;
  /** Over how many days demand is measured. */
  windowDays?: number;
  requestedBy?: string;
}

export const DEMAND_WINDOW_DAYS = 90;
