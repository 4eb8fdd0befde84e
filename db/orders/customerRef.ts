import { createHash } from 'node:crypto';

/** A name for a customer of a channel that tells two apart and tells nobody who they are: for places where no personal data may be. */
export const customerRef = (channel: string, email: string): string =>
  `cus_${createHash('sha256').update(`${channel}:${email.toLowerCase()}`).digest('hex').slice(0, 16)}`;
