import type { Edit, Guard } from '../guard';

const PAYMENTS = 'activities/payments.ts';
const FAULTS = ['tests/workflows/providerFaults.test.ts'];
const INTERLEAVINGS = ['tests/model/interleavings.test.ts'];

const randomKey: Edit = {
  file: PAYMENTS,
  find: `    key: effectKey(payment.paymentId, effect),
    orderId: payment.orderId,`,
  replace: `    key: effectKey(payment.paymentId, effect) + Math.random(),
    orderId: payment.orderId,`,
};
const noLookUp: Edit = {
  file: PAYMENTS,
  find: '(asked ? await gateway.find(key) : undefined) ?? (await call())',
  replace: 'call()',
};
const noTombstone: Edit[] = [
  {
    file: PAYMENTS,
    find: 'if (known.succeeded || known.declined || undo.asked)',
    replace: 'if (known.succeeded || known.declined)',
  },
];
const noLateUndo: Edit = {
  file: PAYMENTS,
  find: 'calledOff = await isCalledOff(',
  replace: 'calledOff = false && await isCalledOff(',
};

/** What keeps money from moving twice, unseen or for nothing. */
export const paymentGuards: Guard[] = [
  {
    name: 'payments: an effect has one key on every attempt, and is looked up before it is asked for again',
    edits: [randomKey, noLookUp],
    tests: INTERLEAVINGS,
    title: 'authorising its payment, when it is reserved and paid with tok_ok.* meets authorising',
    depth: 'The look-up alone is not missed: under the same key the gateway itself acts once',
  },
  {
    name: 'payments: the intent is on record before the gateway is called',
    edits: [
      {
        file: 'db/payments/beginEffect.ts',
        find: "CASE :effect WHEN 'capture' THEN due ELSE amount END FROM source",
        replace: "CASE :effect WHEN 'capture' THEN due ELSE amount END FROM source WHERE false",
      },
    ],
    tests: INTERLEAVINGS,
    title: 'authorising its payment, when it is reserved and paid with tok_ok',
  },
  {
    name: 'payments: an attempt that comes after its void does not authorise',
    edits: [...noTombstone, noLateUndo],
    tests: INTERLEAVINGS,
    title: 'authorising its payment, when it is reserved and paid with tok_ok.*cancellation',
    depth: 'The look at the void before the call alone is not missed: what was authorised too late is voided',
  },
  {
    name: 'payments: an attempt that meets its void half-way voids what it authorised',
    edits: [noLateUndo],
    tests: INTERLEAVINGS,
    title: 'authorising its payment, when it is reserved and paid with tok_ok.*(void|cancellation)',
  },
  {
    name: 'payments: a void looks for what was authorised unseen',
    edits: [
      {
        file: PAYMENTS,
        find: "if (found?.outcome !== 'succeeded') return abandon(payment);",
        replace: 'return abandon(payment);',
      },
    ],
    tests: FAULTS,
    title: 'after it acted unseen',
  },
  {
    name: 'payments: cancelling waits for the fate of a call to the gateway',
    edits: [
      {
        file: 'workflows/shared/activityOptions.ts',
        find: "cancellationType: 'WAIT_CANCELLATION_COMPLETED'",
        replace: "cancellationType: 'ABANDON'",
      },
    ],
    tests: ['tests/workflows/lateAndTwice.test.ts'],
    title: 'still thinks',
  },
  {
    name: 'payments: one outcome of a kind for each effect (UNIQUE)',
    edits: [
      {
        file: 'db/migrations/001_orders.ts',
        find: 'CONSTRAINT one_outcome_per_effect UNIQUE (key, state)',
        replace: 'CONSTRAINT one_outcome_per_effect CHECK (true)',
      },
    ],
    tests: ['tests/db/constraints.test.ts'],
    title: 'second outcome',
  },
  {
    name: 'payments: a cancelled order whose void was cut off has it finished, and is not taken for paid',
    edits: [
      {
        file: PAYMENTS,
        find: 'if (known.succeeded?.reference && undo.asked && !undo.succeeded)',
        replace: 'if (known.succeeded?.reference && undo.asked && !undo.succeeded && Math.random() > 1)',
      },
      {
        file: PAYMENTS,
        find: 'accepted: known.succeeded !== undefined && !undo.asked',
        replace: 'accepted: known.succeeded !== undefined',
      },
    ],
    tests: ['tests/workflows/takenUpAgain.test.ts'],
    title: 'never ships unpaid',
  },
  {
    name: 'payments: a new run goes on with the payment that is good',
    edits: [
      {
        file: 'activities/inventory.ts',
        find: 'attempts.findLast(({ isGood }) => isGood) ?? attempts.at(-1)',
        replace: 'attempts.at(-1)',
      },
    ],
    tests: ['tests/workflows/takenUpAgain.test.ts'],
    title: 'goes on with the one that is good',
  },
];
