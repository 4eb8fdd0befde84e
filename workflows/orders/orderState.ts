import { type CancellationScope, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CancelRequest, PayRequest, ResolveRequest } from '../../domain/orders/requests';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { isClosed } from '../../domain/orders/status';
import { searchAttributes } from '../shared/searchAttributes';
import { describeOrder } from './describeOrder';
import type { ProcessOrderInput } from './messages';

/** One attempt to pay the order. */
export interface Payment {
  attempt: number;
  tokenId: string;
}

type Milestone = 'picked_up' | 'delivered';

/** Units that leave one location together. */
export interface Parcel {
  number: number;
  /** The carrier may know of it: from here on a hold can't keep it from being booked. */
  begun: boolean;
}

/** A request that the story has to answer. `answer` is set once it is done, `refusal` if it can't be. */
export interface Plea<R> {
  request: R;
  answered: boolean;
  refusal: string | null;
}

/** What the workflow knows of its order. The doors (orderDoors.ts) write wishes into it, the story (processOrder.ts) acts on them. */
export class OrderState {
  readonly input: ProcessOrderInput;
  snapshot: OrderSnapshot;
  /** What leaves in one parcel each, by number. */
  readonly parcels = new Map<number, Parcel>();
  /** Milestones that carriers have reported, by the number of the parcel; a report may come before we know of the parcel. */
  readonly #reports = new Map<number, Set<Milestone>>();
  /** Steps that may be interrupted by a cancellation run in this scope. */
  work: CancellationScope | null = null;
  cancelPlea: Plea<Omit<CancelRequest, 'requestId'>> | null = null;
  /** The payment attempt made or to be made now; null until stock is reserved. */
  payment: Payment | null = null;
  /** The number of the newest attempt: that of the next one is one higher. */
  lastAttempt = 1;
  /** Attempts of an earlier run of this workflow that may have left an authorisation behind. */
  attempts: Payment[] = [];
  /** The story is over: what was asked and not answered is refused now. */
  over = false;
  /** The payment was authorised and the order confirmed. */
  secured = false;
  /** Means of payment that the customer has given and that were not tried yet, and the one that is being tried. */
  readonly payPleas: Plea<PayRequest>[] = [];
  payPlea: Plea<PayRequest> | null = null;
  resolvePlea: Plea<ResolveRequest> | null = null;
  /** What needs attention and no step waits with: what the reconciler found, or what an earlier run of this workflow left. */
  unclaimed: string | null = null;
  #published = '';

  constructor(input: ProcessOrderInput) {
    this.input = input;
    this.snapshot = {
      orderId: input.orderId,
      version: 0,
      status: 'received',
      statusReason: null,
      paymentStatus: 'pending',
      fulfilmentStatus: 'unfulfilled',
      holds: [],
      dispatched: false,
      delivered: false,
      paid: false,
      attention: null,
      waitingFor: { what: 'stock_reservation', owner: 'system', until: null },
      allowedActions: ['cancel', 'hold'],
    };
    this.#published = attributesOf(this.snapshot);
    setCurrentDetails(describeOrder(this.snapshot));
  }

  reports(number: number): Set<Milestone> {
    const reports = this.#reports.get(number) ?? new Set();
    this.#reports.set(number, reports);
    return reports;
  }

  /** A carrier has taken at least one parcel. */
  get pickedUp(): boolean {
    return [...this.parcels.keys()].some((number) => this.reports(number).size > 0);
  }

  /** What there is to ship as it is now on record: new parcels are added, those that were called off are gone. */
  setParcels(parcels: readonly Parcel[]): void {
    const numbers = new Set(parcels.map(({ number }) => number));
    for (const number of this.parcels.keys()) if (!numbers.has(number)) this.parcels.delete(number);
    for (const { number, begun } of parcels) {
      const known = this.parcels.get(number);
      if (known === undefined) this.parcels.set(number, { number, begun });
      else known.begun ||= begun;
    }
  }

  get closed(): boolean {
    return isClosed(this.snapshot.status);
  }

  /** Nothing is shipped or captured meanwhile; whoever decides lets the order go on. */
  get hasUnclaimedAttention(): boolean {
    return this.unclaimed !== null && this.snapshot.attention === this.unclaimed;
  }

  /** Takes in what an activity left behind. Handlers and story run side by side: the higher version is the newer truth. */
  absorb(next: OrderSnapshot): void {
    if (next.version <= this.snapshot.version) return;
    this.snapshot = next;
    setCurrentDetails(describeOrder(next));
  }

  /** Tells the Temporal UI's list. Each time is an event in the history, so only when something that is listed has changed. */
  publish(): void {
    const attributes = attributesOf(this.snapshot);
    if (attributes === this.#published) return;
    this.#published = attributes;
    const { status, paymentStatus, holds, attention } = this.snapshot;
    upsertSearchAttributes([
      { key: searchAttributes.orderStatus, value: status },
      { key: searchAttributes.paymentStatus, value: paymentStatus },
      {
        key: searchAttributes.holdTypes,
        value: holds.length === 0 ? null : [...new Set(holds.map((hold) => hold.type))],
      },
      { key: searchAttributes.needsAttention, value: attention !== null },
    ]);
  }
}

const attributesOf = ({ status, paymentStatus, holds, attention }: OrderSnapshot): string =>
  [status, paymentStatus, holds.map((hold) => hold.type).join(), attention !== null].join('|');
