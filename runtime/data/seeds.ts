/** Seeds that follow from another seed, so that what is drawn for one place does not depend on what was drawn before. */
import { createRandom, type Random } from "../random.ts";

/** A generator for the `index`th epoch or step (an integer of at least 0) of what `seed` drives: one of its own for each. */
export function randomAt(seed: number, index: number): Random {
  const random = createRandom(seed);
  // The exclusive or with fixed bits is one to one, so two indices never get one seed.
  const low = (random.integer(2 ** 32) ^ index) >>> 0;
  const high = random.integer(2 ** 21) ^ Math.floor(index / 2 ** 32);
  return createRandom(high * 2 ** 32 + low);
}
