import { createRandom } from '../../faults/random';
import { planOrder, STORIES } from '../../faults/load/planOrder';

const draw = (seed: number) => {
  const random = createRandom(seed);
  return [random.int(1, 1_000_000), random.next(), random.chance(0.5), random.shuffle(['a', 'b', 'c', 'd', 'e'])];
};

test('a seed gives the same numbers each time, another seed others', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('numbers are spread evenly, and whole numbers keep to both their ends', () => {
  const random = createRandom(20_261_124);
  const counts = new Map<number, number>();
  for (let index = 0; index < 6_000; index += 1) {
    const rolled = random.int(1, 6);
    counts.set(rolled, (counts.get(rolled) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('a fork has a sequence of its own, whatever was drawn before or beside it', () => {
  const [fresh, used] = [createRandom(7), createRandom(7)];
  used.next();
  used.fork('other').next();
  expect(used.fork('F3').next()).toBe(fresh.fork('F3').next());
  expect(fresh.fork('F3').next()).not.toBe(fresh.fork('F4').next());
});

test('the orders of a load are the same for the same seed, in whatever order they are asked for', () => {
  const forwards = [1, 2, 3, 4, 5].map((number) => planOrder(createRandom(7).fork('F3'), 'F3-L1', number));
  const random = createRandom(7).fork('F3');
  const backwards = [5, 4, 3, 2, 1].map((number) => planOrder(random, 'F3-L1', number));
  expect(backwards.toReversed()).toEqual(forwards);
});

test('every story is told within a load of a usual size', () => {
  const random = createRandom(20_261_124).fork('F3');
  const told = Array.from({ length: 60 }, (_, number) => planOrder(random, 'F3', number).story);
  expect(new Set(told)).toEqual(new Set(STORIES));
});
