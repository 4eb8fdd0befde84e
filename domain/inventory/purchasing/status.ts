export const PURCHASE_STATUSES = ['draft', 'ordered', 'partly_received', 'received', 'closed', 'cancelled'] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

export const PURCHASE_ACTIONS = ['change', 'order', 'reschedule', 'receive', 'close', 'cancel'] as const;
export type PurchaseAction = (typeof PURCHASE_ACTIONS)[number];

const ALLOWED: Record<PurchaseStatus, readonly PurchaseAction[]> = {
  draft: ['change', 'order', 'reschedule', 'cancel'],
  ordered: ['reschedule', 'receive', 'close', 'cancel'],
  partly_received: ['reschedule', 'receive', 'close'],
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
  if (action === 'change') return 'it is ordered already; close it, or make another purchase order for the difference';
  if (action === 'reschedule') return 'all of it has come';
  if (action === 'order') return 'it is ordered already; make another purchase order for what is needed besides';
  return 'goods have been received for it; close it instead, then what is still open never comes';
}

export const statusAfterReceipt = (lines: readonly { quantity: number; received: number }[]): PurchaseStatus =>
  lines.every(({ quantity, received }) => received >= quantity) ? 'received' : 'partly_received';
