import { CancellationScope, condition, setHandler, uuid4 } from '@temporalio/workflow';
import { parcelNumber, shipmentId } from '../../domain/ids';
import { readBreach, readGiveUpStock } from '../../domain/orders/requests';
import * as messages from './messages';
import type { OrderState } from './orderState';
import type { OrderSteps } from './orderSteps';
import { asRefusal } from './refusals';

/** Far more than an order has locations and deliveries. */
const MAX_PARCELS = 10_000;

/** What an order is told and nobody waits for an answer to: by carriers, by what moves stock, by the reconciler. */
export function takeReports(
  state: OrderState,
  steps: OrderSteps,
  tellRefusal: (message: string, why: string) => Promise<void>,
): void {
  /** A change of what leaves in which parcel. */
  const take = async (step: OrderSteps['allocateBackorder']): Promise<void> => {
    const { parcels, snapshot } = await CancellationScope.nonCancellable(step);
    state.setParcels(parcels);
    state.absorb(snapshot);
    state.publish();
  };

  setHandler(
    messages.carrierReported,
    async (report) => {
      const given = report as Partial<messages.CarrierReport> | null | undefined;
      const number = parcelNumber(given?.shipmentId ?? '');
      const ours = given?.shipmentId === shipmentId(state.input.orderId, number) && number <= MAX_PARCELS;
      if (ours && (given.status === 'picked_up' || given.status === 'delivered'))
        state.reports(number).add(given.status);
      else await tellRefusal('carrierReported', 'it is not about a parcel of this order, or of no known status');
    },
    { description: 'A carrier has taken or delivered the parcel; sent by the callback of the carrier' },
  );
  setHandler(
    messages.stockArrived,
    async () => {
      if (state.closed || (state.snapshot.backordered ?? 0) === 0) return;
      try {
        await take(() => steps.allocateBackorder());
      } catch (error) {
        await tellRefusal('stockArrived', asRefusal(error).message);
      }
    },
    {
      description: 'Units that the order waits for may be there: it takes what it can have; sent by the re-allocation',
    },
  );
  setHandler(
    messages.giveUpStock,
    async (payload) => {
      try {
        const request = readGiveUpStock(payload, uuid4());
        // Before its stock is reserved it has nothing to give.
        await CancellationScope.nonCancellable(() => condition(() => state.payment !== null || state.over));
        if (state.closed || state.over) return;
        await take(() => steps.giveUpStock(request));
      } catch (error) {
        await tellRefusal('giveUpStock', asRefusal(error).message);
      }
    },
    {
      description:
        'Units for orders that go before: {"lineId": "lin_…", "takes": [{"location": "…", "units": 1}]}; sent by the re-allocation',
    },
  );
  setHandler(
    messages.reportBreach,
    async (payload) => {
      try {
        const finding = `found by the reconciler: ${readBreach(payload)}`;
        if (state.closed || state.snapshot.attention !== null) return;
        const next = await steps.raiseFinding(finding);
        if (next.attention === finding) state.unclaimed = finding;
        state.absorb(next);
        state.publish();
      } catch (error) {
        await tellRefusal('reportBreach', asRefusal(error).message);
      }
    },
    { description: 'The records of the order contradict each other: {"what": "…"}; sent by the reconciler' },
  );
}
