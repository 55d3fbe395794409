/** Integer polynomials over named quantities, in which bounds of loops and lengths of arrays are compared. */

/** The factor of each monomial. A monomial is its atoms, sorted and joined; the constant one is "". */
export type Polynomial = ReadonlyMap<string, number>;

const times = " * ";

export function constantPolynomial(value: number): Polynomial {
  return new Map(value === 0 ? [] : [["", value]]);
}

export function atomPolynomial(atom: string): Polynomial {
  return new Map([[atom, 1]]);
}

export function sum(a: Polynomial, b: Polynomial, factor = 1): Polynomial {
  const result = new Map(a);
  for (const [monomial, value] of b) {
    const total = (result.get(monomial) ?? 0) + factor * value;
    if (total === 0) result.delete(monomial);
    else result.set(monomial, total);
  }
  return result;
}

export function difference(a: Polynomial, b: Polynomial): Polynomial {
  return sum(a, b, -1);
}

export function product(a: Polynomial, b: Polynomial): Polynomial {
  let result: Polynomial = new Map();
  for (const [left, x] of a) {
    const row = [...b].map(([right, y]) => [monomialOf([...atomsIn(left), ...atomsIn(right)]), x * y] as const);
    for (const term of row) result = sum(result, new Map([term]));
  }
  return result;
}

export function atomsIn(monomial: string): readonly string[] {
  return monomial === "" ? [] : monomial.split(times);
}

export function monomialOf(atoms: readonly string[]): string {
  return [...atoms].sort().join(times);
}

export function atomsOf(polynomial: Polynomial): ReadonlySet<string> {
  return new Set([...polynomial.keys()].flatMap(atomsIn));
}

/** A text that is the same for the same polynomial. */
export function textOf(polynomial: Polynomial): string {
  return [...polynomial]
    .map(([monomial, factor]) => `${factor}${monomial && `·${monomial}`}`)
    .sort()
    .join(" + ");
}

/** What is left of a monomial without the atoms of another; undefined where it does not have them all. */
export function quotient(monomial: string, by: string): string | undefined {
  const left = [...atomsIn(monomial)];
  for (const atom of atomsIn(by)) {
    const at = left.indexOf(atom);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return monomialOf(left);
}

/** The polynomial with an atom replaced, where it is a factor of its own. */
export function replaceAtom(polynomial: Polynomial, atom: string, by: Polynomial): Polynomial {
  let result: Polynomial = new Map();
  for (const [monomial, factor] of polynomial) {
    const factors = atomsIn(monomial).map((each) => (each === atom ? by : atomPolynomial(each)));
    result = sum(result, factors.reduce(product, constantPolynomial(factor)));
  }
  return result;
}
