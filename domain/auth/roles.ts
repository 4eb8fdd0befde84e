const PERMISSIONS = [
  'orders:submit',
  'orders:read',
  'orders:cancel',
  'orders:pay',
  'orders:operate',
  'stock:reserve',
  'availability:read',
  'stock:read',
  'stock:write',
  'reports:read',
  'settings:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const CHANNEL: readonly Permission[] = [
  'orders:submit',
  'orders:read',
  'orders:cancel',
  'orders:pay',
  'stock:reserve',
  'availability:read',
];
const OPS: readonly Permission[] = [...CHANNEL, 'orders:operate', 'stock:read', 'stock:write', 'reports:read'];

/** A channel acts on its own orders alone; ops and admin on those of all channels. */
const GRANTS = { channel: CHANNEL, ops: OPS, admin: PERMISSIONS } as const satisfies Record<
  string,
  readonly Permission[]
>;

export type Role = keyof typeof GRANTS;
export const ROLES = Object.keys(GRANTS) as [Role, ...Role[]];

export const roleMay = (role: Role, permission: Permission): boolean =>
  (GRANTS[role] as readonly Permission[]).includes(permission);
