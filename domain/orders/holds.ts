/** A step of the order's life that a hold can keep from starting. */
export type HoldableStep = 'ship' | 'capture';

/** What each type of hold blocks. A new type is one line here. */
export const HOLD_TYPES = {
  operator: ['ship', 'capture'],
  fraud_review: ['ship', 'capture'],
  address: ['ship'],
  payment: ['capture'],
} as const satisfies Record<string, readonly HoldableStep[]>;

export type HoldType = keyof typeof HOLD_TYPES;
export const HOLD_TYPE_NAMES = Object.keys(HOLD_TYPES) as [HoldType, ...HoldType[]];
export const isHoldType = (name: unknown): name is HoldType =>
  typeof name === 'string' && Object.hasOwn(HOLD_TYPES, name);

export interface Hold {
  id: string;
  type: HoldType;
}

/** The first open hold that keeps the step from starting. */
export const holdThatBlocks = <H extends Hold>(holds: readonly H[], step: HoldableStep): H | undefined =>
  holds.find((hold) => (HOLD_TYPES[hold.type] as readonly HoldableStep[]).includes(step));
