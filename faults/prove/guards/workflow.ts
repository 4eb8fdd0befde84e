import type { Guard } from '../guard';

const ORDER = 'workflows/orders/processOrder.ts';
const PARCELS = 'workflows/orders/shipParcels.ts';
const DOORS = 'workflows/orders/orderDoors.ts';
const STATE = 'workflows/orders/orderState.ts';

/** What keeps an order's workflow in order, whatever is asked of it and wherever it dies. */
export const workflowGuards: Guard[] = [
  {
    name: 'workflow: requests are checked before they are accepted (validators)',
    edits: [{ file: DOORS, find: 'if (why !== null) throw refused(`${name} is not possible: ${why}`);', replace: '' }],
    tests: ['tests/workflows/holdOrder.test.ts'],
    title: 'leave no trace in the history',
  },
  {
    name: 'workflow: a request is carried out once, however often it is sent',
    edits: [{ file: DOORS, find: 'answers.set(request.requestId, made);', replace: '' }],
    tests: ['tests/workflows/lateAndTwice.test.ts'],
    title: 'is tried once',
  },
  {
    name: 'workflow: our own records are written to the end, whatever is called off (uninterrupted)',
    edits: [{ file: ORDER, find: '=> CancellationScope.nonCancellable(run);', replace: '=> run();' }],
    tests: ['tests/workflows/takenUpAgain.test.ts'],
    title: 'has its parcel called off',
  },
  {
    name: 'workflow: the undo of a payment is kept before the step',
    edits: [
      {
        file: 'workflows/orders/payOrder.ts',
        find: `  keepVoid(paying, payment);
  const { accepted, snapshot } = await attention.persevere('Authorising the payment', () => steps.authorise(payment));
`,
        replace: `  const { accepted, snapshot } = await attention.persevere('Authorising the payment', () => steps.authorise(payment));
  keepVoid(paying, payment);
`,
      },
    ],
    tests: ['tests/workflows/providerFaults.test.ts'],
    title: 'after it acted unseen',
  },
  {
    name: 'workflow: the undo of a booking is kept before the step',
    edits: [
      {
        file: PARCELS,
        find: `  keepCallOff(shipping, parcel);
  const book = () => steps.book(parcel.number);
  state.absorb(await attention.persevere('Booking the shipment', book, () => clearOfHolds(state, 'ship')));
`,
        replace: `  const book = () => steps.book(parcel.number);
  state.absorb(await attention.persevere('Booking the shipment', book, () => clearOfHolds(state, 'ship')));
  keepCallOff(shipping, parcel);
`,
      },
    ],
    tests: ['tests/workflows/lateAndTwice.test.ts'],
    title: 'its answer is lost',
  },
  {
    name: 'workflow: a new run knows from its start what an earlier one may have booked',
    edits: [{ file: ORDER, find: 'if (parcel.begun) keepCallOff(parts, parcel);', replace: 'void parcel;' }],
    tests: ['tests/workflows/takenUpAgain.test.ts'],
    title: 'has its parcel called off',
  },
  {
    name: 'workflow: an older truth does not replace a newer one (absorb)',
    edits: [{ file: STATE, find: 'if (next.version <= this.snapshot.version) return;', replace: '' }],
    tests: ['tests/workflows/lateAndTwice.test.ts'],
    title: 'came back late',
  },
  {
    name: 'workflow: one thing at a time is written (takeTurns)',
    edits: [
      { file: 'workflows/shared/takeTurns.ts', find: 'const turn = last.then(run);', replace: 'const turn = run();' },
    ],
    tests: ['tests/workflows/requestsAtOnce.test.ts'],
    title: 'can be replayed',
  },
  {
    name: 'workflow: a hold keeps the parcel and the money where they are',
    edits: [{ file: PARCELS, find: 'holdThatBlocks(state.snapshot.holds, step) === undefined', replace: 'true' }],
    tests: ['tests/workflows/holdOrder.test.ts'],
    title: 'holding an order (stops booking|on the payment alone)',
  },
  {
    name: 'workflow: a hold that came after the first try keeps the second one back too',
    edits: [
      {
        file: 'workflows/orders/payOrder.ts',
        find: `  while (!state.snapshot.paid) {
    await untilClear();
`,
        replace: `  while (!state.snapshot.paid) {
`,
      },
    ],
    tests: ['tests/workflows/holdOrder.test.ts'],
    title: 'while a declined capture awaits',
  },
  {
    name: 'workflow: a payment that nothing waits for is refused and does not hang',
    edits: [
      {
        file: 'domain/orders/actions.ts',
        find: 'return paymentWanted ? null : isUndecided(attention);',
        replace: 'return paymentWanted || attention !== null ? null : isUndecided(attention);',
      },
    ],
    tests: ['tests/workflows/payOrder.test.ts'],
    title: 'whose parcel needs a person',
  },
  {
    name: 'workflow: parcels called off before a veto are booked anew',
    edits: [{ file: ORDER, find: '    await planAgain(state, steps);\n', replace: '' }],
    tests: ['tests/workflows/parcels.test.ts'],
    title: 'is booked anew',
  },
  {
    name: 'workflow: a veto of the carrier stops the cancellation before anything else is undone',
    edits: [
      {
        file: PARCELS,
        find: 'undo, { mayVeto: true });',
        replace: 'async () => (await undo(), null));',
      },
    ],
    tests: ['tests/workflows/cancelOrder.test.ts'],
    title: 'report is still on the way',
  },
  {
    name: 'workflow: an ended run of an open order is started again',
    edits: [
      {
        file: 'activities/sweeps.ts',
        find: 'await engine.start(order, { again: true });',
        replace: 'await engine.start(order, { again: false });',
      },
    ],
    tests: ['tests/workflows/recovery.test.ts'],
    title: 'can be cancelled after the sweep',
  },
  {
    name: 'workflow: what the sweeper takes up again waits for a person',
    edits: [
      {
        file: 'activities/sweeps.ts',
        find: "if (found.state === 'ended') await holdForReview(orderId, how);",
        replace: '',
      },
    ],
    tests: ['tests/workflows/recovery.test.ts'],
    title: 'on hold until a person has looked',
  },
  {
    name: 'workflow: the sweeper looks at each order before it starts it',
    edits: [{ file: 'activities/sweeps.ts', find: "if (found.state === 'running') return 'fine';", replace: '' }],
    tests: ['tests/workflows/recovery.test.ts'],
    title: 'is left alone by the sweeper',
  },
];
