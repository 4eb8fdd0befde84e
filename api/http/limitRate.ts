import type { Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../../domain/failures';

const WINDOW_SECONDS = 60;

/**
 * Counts the requests of each key in this process and tells where it stands in RateLimit headers (RFC draft of the HTTPAPI
 * group, as several gateways send them).
 * @throws {Refusal} rate_limited
 */
export function createRateLimiter(perMinute: number): (keyId: string, response: Response) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  const tell = (response: Response, state: RateLimiterRes): number => {
    const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    response.setHeader('RateLimit-Policy', `"default";q=${perMinute};w=${WINDOW_SECONDS}`);
    response.setHeader('RateLimit', `"default";r=${state.remainingPoints};t=${seconds}`);
    return seconds;
  };
  return async (keyId, response) => {
    try {
      tell(response, await limiter.consume(keyId));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = tell(response, error);
      throw new Refusal('rate_limited', `this key may send ${perMinute} requests a minute; wait, then go on`, {
        retryAfterSeconds,
      });
    }
  };
}
