import { ModelOrder, WAY, type Answer, type HoldType, type ModelLine, type Place, type Token } from './orderModel';

export const VOID_FAILS = 'Voiding the payment: has not succeeded yet, still trying';

export interface Shelf {
  onHand: number;
  reserved: number;
}

/** The whole shop in memory: what each thing that can happen leads to, once everything has come to rest. */
export class ShopModel {
  readonly orders: ModelOrder[] = [];
  /** How much has happened. */
  steps = 0;
  /** By `sku@location`; locations in the order in which they are preferred. */
  readonly shelves = new Map<string, Shelf>();

  constructor(shelves: Record<string, number>) {
    for (const [place, onHand] of Object.entries(shelves)) this.shelves.set(place, { onHand, reserved: 0 });
  }

  place(lines: readonly ModelLine[], token: Token, shippingPrice: number, hold?: HoldType): ModelOrder {
    const order = new ModelOrder(`#${this.orders.length + 1}`, lines, token, shippingPrice);
    this.orders.push(order);
    if (hold !== undefined) this.#hold(order, hold);
    this.#goOn(order);
    return order;
  }

  hold(order: ModelOrder, type: HoldType): Answer {
    if (order.closed) return 'refused';
    this.#hold(order, type);
    return 'done';
  }

  /** `which`: the number of the hold; null for the only one. */
  release(order: ModelOrder, which: number | null): Answer {
    const open = which === null ? order.holds : order.holds.filter(({ number }) => number === which);
    if (order.closed || open.length !== 1) return 'refused';
    order.holds = order.holds.filter((hold) => !open.includes(hold));
    order.tell('hold.released');
    this.#goOn(order);
    return 'done';
  }

  pay(order: ModelOrder, token: Token): Answer {
    if (!order.allowed.includes('pay') || (order.unclaimed && order.secured)) return 'refused';
    const old = order.undecided;
    if (!order.authorise(token)) {
      if (old !== null) order.raise(order.reason ?? '');
      return 'done';
    }
    if (old !== null) this.#replace(order, old);
    this.#goOn(order);
    return 'done';
  }

  cancel(order: ModelOrder): Answer {
    if (order.closed || order.dispatched || order.reports.size > 0) return 'refused';
    if (order.parcel === 'booked' && order.carrierHas !== 'booked') return 'refused';
    if (order.parcel === 'booked') {
      order.parcel = 'called off';
      order.tell('shipment.cancelled');
    }
    return this.#giveBack(order);
  }

  resolve(order: ModelOrder, how: 'retry' | 'settled'): Answer {
    if (order.closed || order.attention === null) return 'refused';
    const failing = order.attempts.find(({ voidAsked, voided }) => voidAsked && !voided);
    const old = order.undecided;
    if (order.unclaimed) order.clear();
    else if (old !== null && how === 'settled') {
      old.captured = 'by hand';
      order.attention = null;
      order.undecided = null;
      order.tell('payment.settled_by_hand', null);
    } else if (old !== null) {
      order.authorise(old.token);
      this.#replace(order, old);
    } else if (failing !== undefined && how === 'settled') {
      failing.voided = true;
      order.attention = null;
      order.tell('payment.settled_by_hand', null);
      this.#giveBack(order);
    } else if (failing !== undefined) {
      order.clear();
      this.#giveBack(order);
    }
    this.#goOn(order);
    return 'done';
  }

  /** The carrier moves the parcel one step. @returns what it could report then. */
  move(order: ModelOrder): Place {
    order.carrierHas = WAY[WAY.indexOf(order.carrierHas) + 1] ?? 'delivered';
    return order.carrierHas;
  }

  report(order: ModelOrder, status: Place): void {
    if (status === 'in_transit') {
      if (!order.scanned && !order.closed && !order.delivered) order.tell('shipment.in_transit');
      order.scanned = true;
      return;
    }
    order.reports.add(status);
    this.#goOn(order);
  }

  /** Somebody ends its workflow; the sweeper finds it, and has it go on under a hold. */
  lose(order: ModelOrder): void {
    order.holdsEver += 1;
    order.holds.push({ number: order.holdsEver, type: 'operator' });
    order.tell('workflow.lost');
    order.secured = false;
    order.undecided = null;
    order.unclaimed = order.attention !== null;
    this.#goOn(order);
  }

  adjust(place: string, change: { delta: number } | { setTo: number; expected: number }): Answer {
    const shelf = this.#shelf(place);
    const onHand = 'delta' in change ? shelf.onHand + change.delta : change.setTo;
    if ('expected' in change && change.expected !== shelf.onHand) return 'refused';
    if (onHand < shelf.reserved) return 'refused';
    shelf.onHand = onHand;
    return 'done';
  }

  #shelf(place: string): Shelf {
    const shelf = this.shelves.get(place);
    if (shelf === undefined) throw new Error(`there is no shelf ${place}`);
    return shelf;
  }

  #hold(order: ModelOrder, type: HoldType): void {
    order.holdsEver += 1;
    order.holds.push({ number: order.holdsEver, type });
    order.tell('hold.placed');
  }

  /** Goes as far as the order can go by itself. */
  #goOn(order: ModelOrder): void {
    if (order.closed || (order.location === null && !this.#reserve(order))) return;
    if (!this.#secure(order)) return;
    if (order.parcel === 'none') {
      if (order.isBlocked('ship')) return;
      order.parcel = 'booked';
      order.tell('shipment.booked');
    }
    if (order.reports.size === 0) return;
    if (!order.dispatched) {
      order.dispatched = true;
      order.tell('shipment.picked_up');
      this.#moveStock(order, { onHand: -1, reserved: -1 });
    }
    if (order.reports.has('delivered') && !order.delivered) {
      order.delivered = true;
      order.tell('shipment.delivered');
    }
    if (order.captured < order.grand && order.undecided === null && !order.isBlocked('capture')) this.#capture(order);
  }

  /** The first location that has all of it. */
  findLocation(lines: readonly ModelLine[]): string | null {
    const demand = new Map<string, number>();
    for (const { sku, quantity } of lines) demand.set(sku, (demand.get(sku) ?? 0) + quantity);
    const locations = [...new Set([...this.shelves.keys()].map((place) => place.split('@')[1] ?? ''))].sort();
    const serves = (location: string) =>
      [...demand].every(([sku, quantity]) => {
        const { onHand, reserved } = this.shelves.get(`${sku}@${location}`) ?? { onHand: 0, reserved: 0 };
        return onHand - reserved >= quantity;
      });
    return locations.find(serves) ?? null;
  }

  #reserve(order: ModelOrder): boolean {
    order.location = this.findLocation(order.lines);
    order.rejected = order.location === null;
    order.tell(order.rejected ? 'order.rejected' : 'stock.reserved');
    if (!order.rejected) this.#moveStock(order, { onHand: 0, reserved: 1 });
    return !order.rejected;
  }

  #moveStock(order: ModelOrder, by: Shelf): void {
    for (const { sku, quantity } of order.lines) {
      const shelf = this.#shelf(`${sku}@${order.location}`);
      shelf.onHand += by.onHand * quantity;
      shelf.reserved += by.reserved * quantity;
    }
  }

  #secure(order: ModelOrder): boolean {
    if (order.grand === 0 || order.secured) return true;
    if (order.attempts.length === 0) order.authorise(order.token);
    if (order.present?.state !== 'authorised' || order.present.voidAsked) return false;
    order.secured = true;
    if (!order.confirmed) order.tell('order.confirmed');
    order.confirmed = true;
    return true;
  }

  #capture(order: ModelOrder): void {
    const attempt = order.present;
    if (attempt === undefined) return;
    if (attempt.token !== 'tok_capture_declined') {
      attempt.captured = 'by the gateway';
      order.tell('payment.captured', null);
      return;
    }
    if (attempt.captured === 'not yet')
      order.tell('payment.capture_declined', 'capture_declined: The capture was declined by the issuer');
    attempt.captured = 'declined';
    order.undecided = attempt;
    order.raise(order.reason ?? 'the capture was declined');
  }

  /** Another payment was authorised in the place of the one that could not be captured. */
  #replace(order: ModelOrder, old: NonNullable<ModelOrder['undecided']>): void {
    order.clear();
    old.voidAsked = true;
    old.voided = true;
    order.undecided = null;
    order.tell('payment.voided');
  }

  #giveBack(order: ModelOrder): Answer {
    for (const attempt of order.attempts) {
      if (attempt.state !== 'authorised' || attempt.voided) continue;
      attempt.voidAsked = true;
      if (attempt.token === 'tok_void_error') {
        order.raise(VOID_FAILS);
        return 'pending';
      }
      attempt.voided = true;
      order.tell('payment.voided');
    }
    this.#moveStock(order, { onHand: 0, reserved: -1 });
    order.cancelled = true;
    order.attention = null;
    order.tell('order.cancelled', 'customer_asked');
    return 'done';
  }
}
