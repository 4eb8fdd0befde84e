import type { Database } from '../db/connection';
import type { Carrier } from '../providers/carriers/port';
import type { StockSink, StockSource } from '../providers/inventory/port';
import type { PaymentGateway } from '../providers/payments/port';
import { createInventoryActivities } from './inventory';
import { createOrderActivities } from './orders';
import { createPaymentActivities } from './payments';
import { createShipmentActivities } from './shipments';
import { createReallocationActivities } from './reallocation';
import { createReplenishmentActivities } from './replenishment';
import { createReconcileActivities, type Reconciler } from './reconciliation';
import { createStockSyncActivities } from './stockSync';
import { createSweepActivities, type OrderEngine } from './sweeps';

export interface ActivityDependencies {
  database: Database;
  gateway: PaymentGateway;
  carrier: Carrier;
  engine: OrderEngine;
  /** A worker without it leaves the reconciling to the others. */
  reconciler?: Reconciler;
  /** Outside inventory systems, where there are some. */
  stockSource?: StockSource | undefined;
  stockSink?: StockSink | undefined;
  /** How long the sweeper leaves an order alone after a change of it, in milliseconds. */
  quietMs?: number;
}

/** Every activity that workflows may call, by its name. */
export const createActivities = (dependencies: ActivityDependencies) => ({
  ...createInventoryActivities(dependencies),
  ...createOrderActivities(dependencies),
  ...createPaymentActivities(dependencies),
  ...createShipmentActivities(dependencies),
  ...createSweepActivities(dependencies),
  ...createReconcileActivities(dependencies),
  ...createReplenishmentActivities(dependencies),
  ...createReallocationActivities(dependencies),
  ...createStockSyncActivities(dependencies),
});

export type Activities = ReturnType<typeof createActivities>;
