export { isPaymentWanted } from './isPaymentWanted';
export { foldPayments, type PaymentEvent, type PaymentTotals, type PaymentEffect } from './fold';
