import type { Logger } from 'pino';
import { renderNotification } from '../../domain/notifications';
import type { Database } from '../../db/connection';
import { claimNotifications, markFailed, markSent, type DueNotification } from '../../db/notifications/queue';
import { ProviderRejected } from '../../providers/failures';
import type { Mailer } from '../../providers/messaging/port';

const BATCH = 50;
const AT_ONCE = 5;

/** Sends the messages that are due. A mail server that is away delays mails, never orders. */
export async function sendNotifications(dependencies: {
  database: Database;
  mailer: Mailer;
  log: Logger;
}): Promise<{ more: boolean; done: number }> {
  const { database, mailer, log } = dependencies;
  const due = await claimNotifications(database, BATCH);
  const sent: string[] = [];

  const send = async (message: DueNotification): Promise<void> => {
    const { id, orderId, name, data, email } = message;
    try {
      await mailer.send({ id, orderId, to: email, ...renderNotification(name, data) });
      sent.push(id);
    } catch (error) {
      const forGood = error instanceof ProviderRejected;
      log.warn({ orderId, notification: name, attempts: message.attempts, forGood, err: error }, 'message not sent');
      await markFailed(database, { id, error: (error as Error).message, forGood });
    }
  };

  const queue = [...due];
  const sendAll = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await send(next);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendAll));
  } finally {
    if (sent.length > 0) await markSent(database, sent);
  }
  return { more: due.length === BATCH, done: sent.length };
}
