export interface TokenBehaviour {
  /** What a reader of the index page should know. */
  says: string;
  declines?: { step: 'authorise' | 'capture'; code: string; message: string };
  /** The first call of this step acts, then its reply is lost; a repeat and a look-up answer. */
  losesFirstReplyOf?: 'authorise' | 'capture';
  /** This many authorisation calls under one key are answered 500 without acting. */
  failsFirst?: number;
  answersAfterMs?: number;
  /** Voids are answered 500 without acting, until `POST /control/faults {provider: "payments", mode: "ok"}`. */
  failsVoid?: boolean;
}

/** The means of payment which the sandbox knows. Each makes one thing happen, every time. */
export const TOKENS: Readonly<Record<string, TokenBehaviour>> = {
  tok_ok: { says: 'Everything succeeds.' },
  tok_declined: {
    says: 'The authorisation is declined.',
    declines: { step: 'authorise', code: 'card_declined', message: 'The card was declined' },
  },
  tok_insufficient_funds: {
    says: 'The authorisation is declined for want of money.',
    declines: { step: 'authorise', code: 'insufficient_funds', message: 'The card has insufficient funds' },
  },
  tok_timeout_then_ok: {
    says: 'The authorisation acts, then its first reply is lost. A repeat under the same key and a look-up answer.',
    losesFirstReplyOf: 'authorise',
  },
  tok_error_then_ok: { says: 'The authorisation answers 500 twice without acting, then succeeds.', failsFirst: 2 },
  tok_slow: { says: 'The authorisation acts at once and answers after 2 seconds.', answersAfterMs: 2000 },
  tok_capture_declined: {
    says: 'The authorisation succeeds; each capture is declined.',
    declines: { step: 'capture', code: 'capture_declined', message: 'The capture was declined by the issuer' },
  },
  tok_capture_timeout_then_ok: {
    says: 'The authorisation succeeds; each capture acts, then its first reply is lost.',
    losesFirstReplyOf: 'capture',
  },
  tok_void_error: {
    says: 'The authorisation succeeds; its void answers 500 without acting until the fault is cleared by POST /control/faults.',
    failsVoid: true,
  },
};

export const INVALID_TOKEN: TokenBehaviour = {
  says: 'Any other token is declined.',
  declines: { step: 'authorise', code: 'invalid_token', message: 'There is no such means of payment' },
};
