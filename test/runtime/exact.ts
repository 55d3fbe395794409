/** exp, tanh and sigmoid as exact as one likes, in integers, to measure how far the kernels are off. */

/** Numbers are multiples of 2 ** -bits: fine enough for the least double and many digits more. */
const bits = 1200;
const one = 1n << BigInt(bits);

/** A finite double as a fixed-point number, without error. */
function fixed(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const size = mantissa << BigInt(bits - 1075 + Math.max(exponent, 1));
  return x < 0 ? -size : size;
}

/** log 2 = Σ 1 / (i · 2 ** i) */
const log2 = (() => {
  let sum = 0n;
  for (let i = 1; i <= bits; i++) sum += one / (BigInt(i) << BigInt(i));
  return sum;
})();

function exactExp(x: bigint): bigint {
  const n = x / log2;
  const r = x - n * log2;
  let sum = one;
  for (let term = one, i = 1n; term !== 0n; i++) {
    term = ((term * r) >> BigInt(bits)) / i;
    sum += term;
  }
  return n < 0n ? sum >> -n : sum << n;
}

export const exact = {
  exp: (x: number) => exactExp(fixed(x)),
  tanh: (x: number) => {
    const e = exactExp(2n * fixed(x));
    return ((e - one) << BigInt(bits)) / (e + one);
  },
  sigmoid: (x: number) => {
    const e = exactExp(fixed(x));
    return (e << BigInt(bits)) / (one + e);
  },
};

/** How far a finite number is from an exact one, in units of the last place of a number of this kind and size. */
export function ulps(value: number, expected: bigint, kind: "f32" | "f64"): number {
  const size = expected < 0n ? -expected : expected;
  const [digits, least] = kind === "f32" ? [23, -126] : [52, -1022];
  const exponent = Math.max(size.toString(2).length - 1 - bits, least) - digits;
  const difference = fixed(value) - expected;
  return Math.abs(Number((difference * 1024n) >> BigInt(bits + exponent)) / 1024);
}
