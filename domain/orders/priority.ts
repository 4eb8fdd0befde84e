/**
 * Which of the orders that wait for an item is served first, within its class: the higher one. 0 is what an order has that nothing is said of.
 * A channel may put its orders below the others and a little above; what goes before all channels only staff may say.
 */
export const LEAST_PRIORITY = -9;
export const MOST_PRIORITY = 9;
export const MOST_PRIORITY_OF_A_CHANNEL = 4;
