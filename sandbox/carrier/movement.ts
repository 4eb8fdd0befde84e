import { nextStatus, statusOf, type Carrier, type Shipment, type ShipmentEvent } from './carrier';
import type { CallbackSender } from './callbackSender';

export interface MovementSettings {
  /** Time between two steps of a parcel. */
  paceMs: number;
  /** Parcels stand still, unless moved by hand. */
  paused: boolean;
  /** How many extra times each callback is sent. */
  duplicates: number;
  /** Callbacks of a shipment are kept until its last, and sent last first. */
  reorder: boolean;
}

export interface Movement {
  settings(): MovementSettings;
  change(settings: Partial<MovementSettings>): void;
  /** Sets a newly booked parcel going. */
  start(shipment: Shipment): void;
  /** Moves a parcel one step now, paused or not; undefined at the end of its way. */
  advance(shipment: Shipment): ShipmentEvent | undefined;
  stop(): void;
}

interface Options {
  carrier: Carrier;
  sender: CallbackSender;
  settings: MovementSettings;
  onError: (error: unknown) => void;
}

/** What makes the parcels move: a timer a parcel on its way. After a restart each goes on from where it was. */
export function createMovement({ carrier, sender, settings: initial, onError }: Options): Movement {
  const settings = { ...initial };
  const timers = new Map<string, NodeJS.Timeout>();

  function schedule(shipment: Shipment): void {
    clearTimeout(timers.get(shipment.reference));
    timers.delete(shipment.reference);
    if (settings.paused || nextStatus(shipment) === undefined) return;
    const last = Date.parse(shipment.events.at(-1)?.at ?? '');
    const delay = Math.max(0, last + settings.paceMs - Date.now());
    timers.set(
      shipment.reference,
      setTimeout(() => moveByTimer(shipment), delay),
    );
  }

  function moveByTimer(shipment: Shipment): void {
    try {
      advance(shipment);
    } catch (error) {
      onError(error); // Such as a full disk: the parcel tries again, the process lives on.
      timers.set(
        shipment.reference,
        setTimeout(() => moveByTimer(shipment), settings.paceMs + 1000),
      );
    }
  }

  function advance(shipment: Shipment): ShipmentEvent | undefined {
    const event = carrier.advance(shipment.reference);
    if (event) {
      if (!settings.reorder) tell(shipment, event);
      else if (nextStatus(shipment) === undefined) tellBackwards(shipment);
    }
    schedule(shipment);
    return event;
  }

  /** Last first, each only when the one before was taken, so that they arrive in the wrong order for certain. */
  function tellBackwards(shipment: Shipment): void {
    const left = [...shipment.untold];
    const tellNext = () => {
      const event = left.pop();
      if (event) tell(shipment, event, tellNext);
    };
    tellNext();
  }

  function tell(shipment: Shipment, event: ShipmentEvent, then: () => void = () => {}): void {
    const { shipmentId, trackingNumber, reference } = shipment;
    const { eventId, status, at } = event;
    const body = JSON.stringify({ eventId, shipmentId, trackingNumber, reference, status, at, note: NOTES[status] });
    let told = false;
    const onTaken = () => {
      if (told) return;
      told = true;
      try {
        carrier.noteTold(reference, eventId);
      } catch (error) {
        onError(error); // Not noted, so told once more after a restart.
      }
      then();
    };
    for (let copy = 0; copy <= settings.duplicates; copy += 1) sender.send({ eventId, body, onTaken });
  }

  function resume(): void {
    for (const shipment of carrier.list()) {
      for (const event of shipment.untold) tell(shipment, event);
      if (statusOf(shipment) !== 'delivered') schedule(shipment);
    }
  }

  resume();

  return {
    settings: () => ({ ...settings }),
    change(changed) {
      const wasReordering = settings.reorder;
      Object.assign(settings, changed);
      for (const shipment of carrier.list()) {
        if (wasReordering && !settings.reorder && nextStatus(shipment) !== undefined) tellBackwards(shipment);
        schedule(shipment);
      }
    },
    start: schedule,
    advance,
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

const NOTES: Partial<Record<ShipmentEvent['status'], string>> = {
  picked_up: 'Picked up at the warehouse',
  in_transit: 'On its way',
  out_for_delivery: 'Out for delivery',
  delivered: 'Handed over at the door',
};
