const ROLES = ['orders', 'payment', 'carrier'] as const;
export type QueueRole = (typeof ROLES)[number];

/** The roles that a text such as `orders,payment` names; undefined where one of them does not exist. */
export function readQueueRoles(text: string): QueueRole[] | undefined {
  const named = text.split(',').map((role) => role.trim());
  const roles = ROLES.filter((role) => named.includes(role));
  return named.every((name) => (ROLES as readonly string[]).includes(name)) ? roles : undefined;
}
