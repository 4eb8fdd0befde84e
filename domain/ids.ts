/** Every id is a prefix and a UUIDv7, so that ids sort by the time they were made and tell what they name. */
export type IdPrefix = 'ord' | 'key' | 'pmt' | 'evt' | 'req' | 'rsv' | 'po' | 'trf' | 'cnt' | 'rpl' | 'rul' | 'rea';

export const ORDER_ID = /^ord_[0-9a-f]{32}$/;

const bare = (orderId: string): string => orderId.slice('ord_'.length);

/** What belongs to an order is numbered under the order's own id: no step can make two of it by running twice. */
export const lineId = (orderId: string, position: number): string => `lin_${bare(orderId)}_${position}`;
export const paymentId = (orderId: string, attempt: number): string => `pay_${bare(orderId)}_${attempt}`;
export const shipmentId = (orderId: string, number: number): string => `shp_${bare(orderId)}_${number}`;
/** The number in the id of a shipment; 1 where there is none. */
export const parcelNumber = (shipmentId: string): number => Number(/_(\d+)$/.exec(shipmentId)?.[1] ?? 1);
export const holdId = (orderId: string, number: number): string => `hld_${bare(orderId)}_${number}`;

/** An order's workflow carries the order's id: one name in the shop, in the database and in the Temporal UI. */
export const orderWorkflowId = (orderId: string): string => orderId;

/** The key of one effect at a provider. The same on every repeat of the step, in whichever run of the workflow. */
export const effectKey = (businessId: string, effect: string): string => `${businessId}:${effect}`;
