/** What a means of payment does in the model; the sandbox has the same ones. */
export const TOKENS = {
  tok_ok: { says: null },
  tok_declined: { says: 'The card was declined' },
  tok_insufficient_funds: { says: 'The card has insufficient funds' },
  tok_capture_declined: { says: null },
  tok_void_error: { says: null },
} as const;
export type Token = keyof typeof TOKENS;

const BLOCKS = { operator: 'ship capture', fraud_review: 'ship capture', address: 'ship', payment: 'capture' };
export type HoldType = keyof typeof BLOCKS;

export interface ModelLine {
  sku: string;
  quantity: number;
  unitPrice: number;
}

/** Where the carrier has a parcel. */
export const WAY = ['booked', 'picked_up', 'in_transit', 'delivered'] as const;
export type Place = (typeof WAY)[number];

interface Attempt {
  token: Token;
  state: 'authorised' | 'declined';
  voidAsked: boolean;
  voided: boolean;
  captured: 'not yet' | 'declined' | 'by the gateway' | 'by hand';
}

/** What somebody who asks for something gets; `pending`: the answer comes once a person has decided. */
export type Answer = 'done' | 'refused' | 'pending';

/**
 * An order as a person would explain it, without a workflow, a database or a provider. Written apart from the code it is
 * compared with, and shares none of it.
 */
export class ModelOrder {
  readonly name: string;
  readonly lines: readonly ModelLine[];
  readonly token: Token;
  readonly grand: number;
  location: string | null = null;
  rejected = false;
  cancelled = false;
  dispatched = false;
  delivered = false;
  parcel: 'none' | 'booked' | 'called off' = 'none';
  /** How far the parcel really is. */
  carrierHas: Place = 'booked';
  readonly reports = new Set<string>();
  scanned = false;
  holds: { number: number; type: HoldType }[] = [];
  holdsEver = 0;
  readonly attempts: Attempt[] = [];
  confirmed = false;
  /** Its payment was found good in this run of its workflow. */
  secured = false;
  reason: string | null = null;
  attention: string | null = null;
  /** Its attention was raised by an earlier run: no step waits with it, and the next ones wait for it. */
  unclaimed = false;
  /** The attempt whose capture was declined, while a person or the customer has to decide what comes next. */
  undecided: Attempt | null = null;
  readonly told: string[] = ['order.received'];

  constructor(name: string, lines: readonly ModelLine[], token: Token, shippingPrice: number) {
    this.name = name;
    this.lines = lines;
    this.token = token;
    this.grand = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, shippingPrice);
  }

  tell(type: string, reason: string | null | undefined = undefined): void {
    this.told.push(type);
    if (reason !== undefined) this.reason = reason;
  }

  get present(): Attempt | undefined {
    return (
      this.attempts.findLast((attempt) => attempt.state === 'authorised' && !attempt.voidAsked) ?? this.attempts.at(-1)
    );
  }
  get authorised(): number {
    return this.grand * this.attempts.filter(({ state }) => state === 'authorised').length;
  }
  get voided(): number {
    return this.grand * this.attempts.filter(({ voided }) => voided).length;
  }
  get captured(): number {
    return this.grand * this.attempts.filter(({ captured }) => captured.startsWith('by')).length;
  }
  /** Its newest payment was declined or given back. */
  get wantsPayment(): boolean {
    const newest = this.attempts.at(-1);
    if (newest === undefined) return false;
    const gone = this.authorised > 0 && this.voided >= this.authorised;
    return newest.state === 'declined' || newest.captured === 'declined' || gone;
  }
  get closed(): boolean {
    return (
      this.rejected || this.cancelled || (this.delivered && this.captured >= this.grand && this.attention === null)
    );
  }

  get status(): string {
    if (this.rejected) return 'rejected';
    if (this.cancelled) return 'cancelled';
    if (this.attention !== null) return 'needs_attention';
    if (this.delivered && this.captured >= this.grand) return 'completed';
    if (this.holds.length > 0) return 'on_hold';
    if (this.delivered) return 'delivered';
    if (this.dispatched) return 'shipped';
    if (this.authorised - this.voided >= this.grand) return 'ready_to_ship';
    return this.attempts.length > 0 ? 'awaiting_payment' : 'received';
  }

  get paymentStatus(): string {
    if (this.captured > 0) return 'paid';
    if (this.authorised > this.voided) return 'authorized';
    if (this.authorised > 0) return 'voided';
    return this.attempts.length > 0 ? 'failed' : 'pending';
  }

  get fulfilmentStatus(): string {
    if (this.location === null || this.cancelled) return 'unfulfilled';
    if (this.delivered) return 'delivered';
    return this.dispatched ? 'shipped' : 'allocated';
  }

  get allowed(): string[] {
    if (this.closed) return [];
    const may = {
      cancel: !this.dispatched,
      hold: true,
      release: this.holds.length > 0,
      pay:
        this.captured === 0 && (this.status === 'awaiting_payment' || (this.attention !== null && this.wantsPayment)),
      resolve: this.attention !== null,
      set_priority: true,
    };
    return Object.entries(may).flatMap(([action, yes]) => (yes ? [action] : []));
  }

  isBlocked(step: 'ship' | 'capture'): boolean {
    return this.unclaimed || this.holds.some(({ type }) => BLOCKS[type].includes(step));
  }

  raise(attention: string): void {
    this.unclaimed = false;
    if (this.attention === attention) return;
    this.attention = attention;
    this.tell('attention.raised', attention);
  }

  clear(): void {
    this.unclaimed = false;
    if (this.attention === null) return;
    this.attention = null;
    this.tell('attention.cleared', null);
  }

  authorise(token: Token): boolean {
    const declined = TOKENS[token].says;
    const state = declined === null ? 'authorised' : 'declined';
    this.attempts.push({ token, state, voidAsked: false, voided: false, captured: 'not yet' });
    if (declined === null) this.tell('payment.authorised', null);
    else this.tell('payment.declined', `payment_declined: ${declined}`);
    return declined === null;
  }

  /** Each unit is in one state. */
  get quantities(): object[] {
    const allocated = this.location !== null && !this.dispatched && !this.cancelled;
    return this.lines.map(({ quantity }) => ({
      allocated: allocated ? quantity : 0,
      shipped: this.dispatched ? quantity : 0,
      delivered: this.delivered ? quantity : 0,
      cancelled: this.cancelled ? quantity : 0,
    }));
  }
}
