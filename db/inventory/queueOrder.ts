/**
 * Who that waits is served first: by class, by priority, by the day that its line was promised first (no promise comes last), and then
 * by the time at which it asked. The first promise, and not the present one: whoever is told of a delay doesn't fall back by it.
 */
export const QUEUE_ORDER = 'class_rank DESC, priority DESC, promised_at, asked_at';

/** Columns of a claim that say its place in the queue, beside its order's id. */
export const QUEUE_PLACE = 'class_rank, priority, promised_at, asked_at';

/** Whether the claim `b` is served before the claim `own` of the order `orderId`, both of one item. */
export const waitsBefore = (b: string, own: string, orderId: string): string => `(
  (${b}.class_rank, ${b}.priority) > (${own}.class_rank, ${own}.priority) OR ((${b}.class_rank, ${b}.priority) = (${own}.class_rank, ${own}.priority)
    AND (${b}.promised_at, ${b}.asked_at, ${b}.order_id) < (${own}.promised_at, ${own}.asked_at, ${orderId})))`;
