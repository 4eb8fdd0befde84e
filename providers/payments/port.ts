/** Every call carries a key made by the order's workflow. The gateway acts once per key, and answers a repeat as it did at first. */
interface GatewayRequest {
  key: string;
  orderId: string;
  /** Integer minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
}

export interface AuthoriseRequest extends GatewayRequest {
  /** The gateway's token for the customer's means of payment; never a card number. */
  token: string;
}

/** Capture, void and refund name the authorisation they act on by the gateway's own reference. */
export interface FollowUpRequest extends GatewayRequest {
  authorisation: string;
}

export type GatewayOutcome =
  | { outcome: 'succeeded'; reference: string }
  | { outcome: 'declined'; reference: string; code: string; message: string };

/**
 * A payment gateway.
 * @throws {ProviderUnavailable} outcome unknown; repeat with the same key, or look it up.
 * @throws {ProviderRejected} the gateway did not act and never will.
 */
export interface PaymentGateway {
  readonly name: string;
  authorise(request: AuthoriseRequest): Promise<GatewayOutcome>;
  capture(request: FollowUpRequest): Promise<GatewayOutcome>;
  void(request: FollowUpRequest): Promise<GatewayOutcome>;
  refund(request: FollowUpRequest): Promise<GatewayOutcome>;
  /** What became of the call made under this key; undefined when the gateway never saw it. */
  find(key: string): Promise<GatewayOutcome | undefined>;
}
