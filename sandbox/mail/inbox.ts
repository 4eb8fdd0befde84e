import { openJournal, type Position } from '../journal';

export interface Mail {
  id: number;
  /** As sent, angle brackets and all: two of the same are one message sent twice. */
  messageId: string | null;
  at: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  /** From the header X-Order-Id. */
  orderId: string | null;
}

export interface Inbox {
  add(mail: Omit<Mail, 'id' | 'at'>): void;
  /** Newest first. */
  list(filter: { to?: string | undefined; orderId?: string | undefined; limit: number }): Mail[];
  count(): number;
  close(): void;
}

/**
 * All mail that ever came, twice if it came twice. Memory holds who it is for and where it stands in the file, some
 * 200 bytes a message; the text stays on disk.
 */
export function createInbox(path: string): Inbox {
  const index: { to: string[]; orderId: string | null; position: Position }[] = [];
  const byOrder = new Map<string, number[]>();
  const journal = openJournal<Mail>(path, remember);

  function remember({ to, orderId }: Mail, position: Position): void {
    index.push({ to: to.map((address) => address.toLowerCase()), orderId, position });
    if (orderId !== null) byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), index.length - 1]);
  }

  return {
    add(mail) {
      const entry: Mail = { id: index.length + 1, at: new Date().toISOString(), ...mail };
      remember(entry, journal.append(entry));
    },
    list({ to, orderId, limit }) {
      const found: Mail[] = [];
      const wanted = to?.toLowerCase();
      const places = orderId === undefined ? undefined : (byOrder.get(orderId) ?? []);
      for (let at = (places ?? index).length - 1; at >= 0 && found.length < limit; at -= 1) {
        const entry = index[places ? (places[at] ?? -1) : at];
        if (entry && (wanted === undefined || entry.to.includes(wanted))) found.push(journal.read(entry.position));
      }
      return found;
    },
    count: () => index.length,
    close: () => journal.close(),
  };
}
