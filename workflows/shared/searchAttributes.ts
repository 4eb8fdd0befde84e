import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What orders can be found by in the Temporal UI. A SQL store has room for 10 Keyword and 3 of each other kind, so each one
 * is spent on a question somebody asks. No personal data: search attributes are never encrypted.
 */
export const searchAttributes = {
  orderStatus: defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD),
  channel: defineSearchAttributeKey('Channel', SearchAttributeType.KEYWORD),
  reference: defineSearchAttributeKey('OrderReference', SearchAttributeType.KEYWORD),
  customerRef: defineSearchAttributeKey('CustomerRef', SearchAttributeType.KEYWORD),
  paymentStatus: defineSearchAttributeKey('PaymentStatus', SearchAttributeType.KEYWORD),
  currency: defineSearchAttributeKey('Currency', SearchAttributeType.KEYWORD),
  holdTypes: defineSearchAttributeKey('HoldTypes', SearchAttributeType.KEYWORD_LIST),
  totalMinor: defineSearchAttributeKey('TotalMinor', SearchAttributeType.INT),
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
} as const;
