import {
  createReservation,
  expireReservation,
  extendReservation,
  releaseReservation,
} from '../../db/inventory/reservations';
import { newId } from '../../runtime/newId';
import { Unlike } from './allocate';
import { sayLines } from './orderSteps';
import { bestWays, freeFor, sameUnits, sumUnits, type Free } from './servable';
import { expectAnswer } from './shelfSteps';
import { moveUnits, nameNext, PARTS, PLACES, SKUS, type ModelCart, type StockModel, type Wish } from './stockModel';
import { nthOf, type PlanStep } from './stockStep';

const FAR_MINUTES = 60;

/** All of it or nothing; an owner has one cart at a time. */
export const fill =
  (lines: Wish[], owner: string): PlanStep =>
  (model) => {
    const [id, name] = [newId('rsv'), `cart ${nameNext(model)}`];
    return {
      says: `${owner} fills ${name} with ${sayLines(lines)}`,
      repeat: 'never',
      async real(database) {
        const wanted = lines.map(({ item, quantity }) => ({ sku: item, quantity }));
        const cart = { id, channel: 'web', owner, lines: wanted, country: 'DE', minutes: FAR_MINUTES, actor: 'test' };
        await createReservation(database, cart);
      },
      apply(model, { answer, found }) {
        const free = freeFor(model);
        const wanted = sumUnits(lines.map(({ item, quantity }) => ({ item, units: quantity })));
        const isShort = !bestWays(wanted, free).some((way) => sameUnits(way, wanted));
        const isTaken = model.carts.some((cart) => cart.owner === owner && cart.state === 'active');
        // Which of two reasons is told is not said.
        const refused = isTaken && !(isShort && answer === 'stock_conflict') ? 'already_exists' : null;
        expectAnswer(answer, refused ?? (isShort ? 'stock_conflict' : null));
        if (answer !== undefined) return;
        const held = found.carts[id]?.held ?? [];
        expectAllowed(name, { lines, held }, free);
        for (const { units, ...place } of held) moveUnits(model, place, { reserved: units });
        model.carts.push({ name, id, owner, lines, held, state: 'active', due: false });
      },
    };
  };

/** What is held is what was asked for, no more than was free anywhere, and has its kits whole. */
function expectAllowed(name: string, { lines, held }: Pick<ModelCart, 'lines' | 'held'>, free: Free): void {
  const at = (sku: string, location: string) =>
    held.reduce((sum, one) => sum + (one.sku === sku && one.location === location ? one.units : 0), 0);
  for (const { sku, location, units } of held)
    if (units > free(sku, location))
      throw new Unlike(`${name} holds ${units} ${sku} at ${location}, and ${free(sku, location)} were free`);
  for (const sku of SKUS) {
    const asked = lines.reduce((sum, { item, quantity }) => sum + quantity * (PARTS[item][sku] ?? 0), 0);
    const holds = PLACES.reduce((sum, location) => sum + at(sku, location), 0);
    if (asked !== holds) throw new Unlike(`${name} holds ${holds} ${sku}, and ${asked} were asked for`);
  }
  const kits = lines.reduce((sum, { item, quantity }) => sum + (item === 'K' ? quantity : 0), 0);
  const whole = PLACES.reduce((sum, place) => sum + Math.min(at('A', place), Math.floor(at('B', place) / 2)), 0);
  if (whole < kits) throw new Unlike(`${name} holds ${whole} whole kits of ${kits}`);
}

export const CART_VERBS = ['extend', 'let the time pass of', 'expire', 'release'] as const;
type CartVerb = (typeof CART_VERBS)[number];

/** Of any cart, also of one that has ended: then nothing changes. */
export const tend =
  (verb: CartVerb, nth: number): PlanStep =>
  (model) => {
    const active = model.carts.filter(({ state }) => state === 'active');
    const cart = nthOf(nth % 4 === 3 ? model.carts : active, nth);
    if (cart === undefined) return null;
    const { id, name } = cart;
    return {
      says: `${verb} ${name}`,
      repeat: 'at once',
      async real(database) {
        if (verb === 'extend') return (await extendReservation(database, id, FAR_MINUTES)) !== undefined;
        if (verb === 'release') return releaseReservation(database, id, 'test');
        if (verb === 'expire') return (await expireReservation(database, id)) === null;
        await database.raw(`UPDATE reservations SET expires_at = now() - interval '1 minute' WHERE id = ?`, [id]);
        return null;
      },
      apply(model, { answer, again }) {
        const now = model.carts.find((one) => one.id === id);
        if (now === undefined) throw new Error(`the model has no ${name}`);
        const isActive = now.state === 'active';
        const expected = answerOf(verb, now);
        if (answer !== expected && !(again && verb === 'release'))
          throw new Unlike(`the answer was ${String(answer)}, and should have been ${String(expected)}`);
        if (verb === 'let the time pass of') now.due = true;
        if (!isActive) return;
        if (verb === 'extend') now.due = false;
        if (verb === 'release') end(model, now, 'released');
        if (verb === 'expire' && now.due) end(model, now, 'expired');
      },
    };
  };

/** Null: it answers nothing. Expiry tells that it is over, now or before. */
function answerOf(verb: CartVerb, { state, due }: ModelCart): boolean | null {
  if (verb === 'let the time pass of') return null;
  return verb === 'expire' ? state !== 'active' || due : state === 'active';
}

function end(model: StockModel, cart: ModelCart, state: ModelCart['state']): void {
  cart.state = state;
  for (const { units, ...place } of cart.held) moveUnits(model, place, { reserved: -units });
}
