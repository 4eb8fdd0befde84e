export type Direction = 'to_server' | 'to_client';

/**
 * What is wrong with the way. `latency` delays each byte; `slow` lets so many through a second; `half_open` swallows
 * what is sent, and neither side hears of the other's end; `limit_data` resets a connection after so many bytes; `reset`
 * and `cut` break all connections, the one rudely and the other in order, and each new one at once.
 */
export type LinkFault =
  | { kind: 'latency'; ms: number }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'half_open'; only?: Direction }
  | { kind: 'limit_data'; bytes: number; only?: Direction }
  | { kind: 'reset' }
  | { kind: 'cut' };
