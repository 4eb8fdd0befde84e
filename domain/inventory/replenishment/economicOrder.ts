/** What an order costs whatever its size, units a time, and what it costs to keep a unit for that time. Money in one unit of choice. */
export interface OrderCosts {
  orderCost: number;
  demand: number;
  holdingCost: number;
}

export interface EconomicOrder {
  quantity: number;
  /** Of ordering and keeping, a time. */
  cost: number;
}

/** EOQ: √(2KD/h) units an order are cheapest, at √(2KDh). Source: F. W. Harris, 1913. */
export function economicOrder({ orderCost, demand, holdingCost }: OrderCosts): EconomicOrder {
  return {
    quantity: Math.sqrt((2 * orderCost * demand) / holdingCost),
    cost: Math.sqrt(2 * orderCost * demand * holdingCost),
  };
}

/**
 * EOQ where customers wait, at a cost for each unit and time: √(2KD(h + p) / hp). `backordered` is the share of demand that
 * waits, h / (h + p).
 */
export function economicOrderWithBackorders(
  costs: OrderCosts & { backorderCost: number },
): EconomicOrder & { backordered: number } {
  const { orderCost, demand, holdingCost, backorderCost } = costs;
  const served = backorderCost / (holdingCost + backorderCost);
  const { quantity, cost } = economicOrder({ orderCost, demand, holdingCost: holdingCost * served });
  return { quantity, cost, backordered: 1 - served };
}

/** EPQ: a lot that is made at a rate beside the demand, and not delivered at once: √(2KD / h(1 - D/P)). The rate exceeds the demand. */
export function economicProduction(costs: OrderCosts & { productionRate: number }): EconomicOrder {
  const { orderCost, demand, holdingCost, productionRate } = costs;
  return economicOrder({ orderCost, demand, holdingCost: holdingCost * (1 - demand / productionRate) });
}
