/** What carries no derivative: random numbers, masks, and the shapes that layers ask for. */
import { filledWith, sizeOf, type Plain } from "./plain.ts";

/** The finaliser of MurmurHash3. */
function mixed(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Random numbers from 0 to 1: SplitMix32 makes the state of xoshiro128**, of which two words make 53 bits. */
function unitNumbers(seed: number): () => number {
  const state = [1, 2, 3, 4].map((k) => mixed((mixed(0) ^ seed) + k * 0x9e3779b9));
  const next = (): number => {
    const [a, b, c, d] = state;
    state[0] = a ^ d ^ b;
    state[1] = b ^ c ^ a;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotated(d ^ b, 11);
    return Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
  };
  return () => {
    const upper = Math.floor(next() / 2 ** 5);
    return (upper * 2 ** 26 + Math.floor(next() / 2 ** 6)) / 2 ** 53;
  };
}

function drawn(lengths: readonly number[], draw: () => number): Plain {
  const { shape, data } = filledWith(0, Int32Array.from(lengths));
  return { shape, data: data.map(draw) };
}

export function randomUniform(lengths: readonly number[], seed: number): Plain {
  return drawn(lengths, unitNumbers(seed));
}

export function randomNormal(lengths: readonly number[], seed: number): Plain {
  const unit = unitNumbers(seed);
  return drawn(lengths, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - unit()));
    return radius * Math.cos(2 * Math.PI * unit());
  });
}

export function dropoutMask(lengths: readonly number[], rate: number, seed: number): Plain {
  const unit = unitNumbers(seed);
  return drawn(lengths, () => (unit() < rate ? 0 : 1 / (1 - rate)));
}

export function positionalEncoding(length: number, features: number): Plain {
  const data: number[] = [];
  for (let place = 0; place < length; place++)
    for (let k = 0; k < features; k++) {
      const angle = place / 10000 ** ((2 * Math.floor(k / 2)) / features);
      data.push(k % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
    }
  return { shape: Int32Array.of(length, features), data };
}

export function causalMask(queries: number, keys: number): Plain {
  const data: number[] = [];
  for (let i = 0; i < queries; i++) for (let j = 0; j < keys; j++) data.push(keys - j >= queries - i ? 1 : 0);
  return { shape: Int32Array.of(queries, keys), data };
}

export function paddingMask(padding: Plain): Plain {
  return { shape: Int32Array.of(padding.shape[0], 1, 1, padding.shape[1]), data: padding.data };
}

export function shapedAs(x: Plain, _like: Plain): Plain {
  return { shape: x.shape, data: x.data };
}

export function flatShape(x: Plain): number[] {
  return [x.shape[0], sizeOf(x.shape.slice(1))];
}

export function axesBesideChannels(x: Plain): number[] {
  return [...x.shape.keys()].filter((axis) => axis !== 1);
}

export function perChannel(vector: Plain, x: Plain): number[] {
  return Array.from(x.shape, (_, axis) => (axis === 1 ? vector.data.length : 1));
}

export function headShape(x: Plain, heads: number): number[] {
  return [x.shape[0], x.shape[1], heads, x.shape[2] / heads];
}
