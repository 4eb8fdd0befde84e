export const PURCHASE_STATUSES = ['draft', 'ordered', 'partly_received', 'received', 'closed', 'cancelled'] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

export type PurchaseAction = 'order' | 'receive' | 'close' | 'cancel';

const ALLOWED: Record<PurchaseStatus, readonly PurchaseAction[]> = {
  draft: ['order', 'cancel'],
  ordered: ['receive', 'close', 'cancel'],
  partly_received: ['receive', 'close'],
  // What comes on top, within the tolerance, is received too.
  received: ['receive', 'close'],
  closed: [],
  cancelled: [],
};

export const purchaseActions = (status: PurchaseStatus): readonly PurchaseAction[] => ALLOWED[status];

/** Why it can't be done in this status, and what can; null: it can be done. */
export function findPurchaseObstacle(action: PurchaseAction, status: PurchaseStatus): string | null {
  if (ALLOWED[status].includes(action)) return null;
  if (status === 'draft') return 'the purchase order is a draft; order it first';
  if (status === 'closed' || status === 'cancelled') return `the purchase order is ${status}; make a new one`;
  if (action === 'order') return 'it is ordered already; make another purchase order for what is needed besides';
  return 'goods have been received for it; close it instead, then what is still open never comes';
}

export const statusAfterReceipt = (lines: readonly { quantity: number; received: number }[]): PurchaseStatus =>
  lines.every(({ quantity, received }) => received >= quantity) ? 'received' : 'partly_received';
