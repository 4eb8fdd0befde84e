import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { signCallback } from './signCallback';

interface Callback {
  eventId: string;
  body: string;
  /** Called once it was taken (2xx). */
  onTaken: () => void;
}

export interface CallbackSender {
  /** Sends it now, and again until it is taken. */
  send(callback: Callback): void;
  setUrl(url: string): void;
  counts(): { waiting: number; sent: number; taken: number; failed: number; givenUp: number };
  stop(): void;
}

interface Options {
  url: string;
  secret: string;
  parallel?: number;
  /** The first pause after a failure; it doubles up to `maxPauseMs`. */
  pauseMs?: number;
  maxPauseMs?: number;
  attempts?: number;
  timeoutMs?: number;
}

/**
 * Posts callbacks with bounded parallelism over connections kept open, each again and again until a 2xx. What is given
 * up on is sent anew after a restart. The order of arrival is not promised, as with any carrier.
 */
export function createCallbackSender(options: Options): CallbackSender {
  const { secret, parallel = 16, pauseMs = 200, maxPauseMs = 10_000, attempts = 60, timeoutMs = 10_000 } = options;
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: parallel });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: parallel });
  const queue: { callback: Callback; attempt: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const counts = { sent: 0, taken: 0, failed: 0, givenUp: 0 };
  let target = new URL(options.url);
  let running = 0;
  let stopped = false;

  function after(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  function enqueue(callback: Callback, attempt: number): void {
    queue.push({ callback, attempt });
    while (!stopped && running < parallel && queue.length > 0) runNext();
  }

  function runNext(): void {
    const next = queue.shift();
    if (!next) return;
    running += 1;
    counts.sent += 1;
    post(next.callback, (status, retryAfterMs) => {
      running -= 1;
      if (stopped) return;
      if (status >= 200 && status < 300) {
        counts.taken += 1;
        next.callback.onTaken();
      } else {
        counts.failed += 1;
        retry(next.callback, next.attempt + 1, retryAfterMs);
      }
      runNext();
    });
  }

  function retry(callback: Callback, attempt: number, retryAfterMs: number): void {
    if (attempt >= attempts) {
      counts.givenUp += 1;
      return;
    }
    const pause = Math.min(maxPauseMs, pauseMs * 2 ** (attempt - 1));
    // Some jitter, or all that failed together comes back together.
    after(Math.max(retryAfterMs, pause * (0.75 + Math.random() / 2)), () => enqueue(callback, attempt));
  }

  /** Calls back once, with status 0 when there was no answer. */
  function post({ eventId, body }: Callback, done: (status: number, retryAfterMs: number) => void): void {
    let settled = false;
    const settle = (status: number, retryAfterMs = 0) => {
      if (!settled) done(status, retryAfterMs);
      settled = true;
    };
    const secure = target.protocol === 'https:';
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...signCallback(secret, eventId, body, new Date()),
    };
    const agent = secure ? httpsAgent : httpAgent;
    const call = (secure ? httpsRequest : httpRequest)(target, { method: 'POST', headers, agent });
    // A deadline for the whole call: the `timeout` of a request is one of idleness.
    const deadline = setTimeout(() => call.destroy(new Error('timeout')), timeoutMs);
    call.on('close', () => {
      clearTimeout(deadline);
      settle(0);
    });
    call.on('error', () => {}); // 'close' follows and settles it.
    call.on('response', (response) => {
      response.resume(); // An unread answer would keep its connection from being used again.
      const seconds = Number(response.headers['retry-after']);
      const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) * 1000 : 0;
      response.on('end', () => settle(response.statusCode ?? 0, retryAfterMs));
    });
    call.end(body);
  }

  return {
    send: (callback) => enqueue(callback, 0),
    setUrl(url) {
      target = new URL(url);
    },
    counts: () => ({ waiting: queue.length + running + timers.size, ...counts }),
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
