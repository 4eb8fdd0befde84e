/** The standard normal distribution, to the precision of a double. */

export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** For Hart's approximation, highest power first. */
const ABOVE = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const BELOW = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];
const FAR_OUT = 7.07106781186547;

const polynomial = (factors: readonly number[], x: number): number =>
  factors.reduce((value, factor) => value * x + factor, 0);

/** The probability of more than `z`. Source: J. F. Hart, 1968, as given by G. West, Better Approximations to Cumulative Normal Functions, 2005. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const exponential = Math.exp((-z * z) / 2);
  if (z < FAR_OUT) return (exponential * polynomial(ABOVE, z)) / polynomial(BELOW, z);
  const fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
  return exponential / fraction / Math.sqrt(2 * Math.PI);
}

/** Φ(z): the probability of no more than `z`. */
export const normalCdf = (z: number): number => upperTail(-z);

const HALVINGS = 80;

/**
 * Φ⁻¹: the z that is not exceeded with the given probability. Found by halving; in the upper half by way of the lower one,
 * where probabilities have more digits.
 * @throws {RangeError} the probability is not between 0 and 1.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`a probability between 0 and 1 is needed, not ${probability}`);
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let low = -40;
  let high = 0;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** G(z) = E[(Z - z)⁺] = φ(z) - z(1 - Φ(z)): how many standard deviations of demand `z` leaves unmet on average. */
export const normalLoss = (z: number): number => normalDensity(z) - z * upperTail(z);

/** E[((Z - z)⁺)²] / 2 = ((z² + 1)(1 - Φ(z)) - zφ(z)) / 2. */
export const secondNormalLoss = (z: number): number => ((z * z + 1) * upperTail(z) - z * normalDensity(z)) / 2;
