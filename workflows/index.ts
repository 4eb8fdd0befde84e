/** Every workflow that workers run. Their names are global: a started workflow finds its code by them. */
export { expireReservation } from './inventory/expireReservation';
export { reallocateStock } from './inventory/reallocateStock';
export { replenishStock } from './inventory/replenishStock';
export { syncStock } from './inventory/syncStock';
export { processOrder } from './orders/processOrder';
export { reconcileOrders } from './orders/reconcileOrders';
export { sweepOrders } from './orders/sweepOrders';
