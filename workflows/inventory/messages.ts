/** What a run of the replenishment may be started with. One that the clock starts has none of it. */
export interface ReplenishStockInput {
  runId?: string;
  /** Over how many days demand is measured. */
  windowDays?: number;
  requestedBy?: string;
}

export const DEMAND_WINDOW_DAYS = 90;

/** What a re-allocation may be started with. One that the clock starts has none of it, and is of every item. */
export interface ReallocateStockInput {
  runId?: string;
  sku?: string;
  /** Only plans, and keeps the plan. */
  dryRun?: boolean;
  requestedBy?: string;
  /** A run with very many lines goes on in a history of its own: after this line. */
  after?: string;
}
