/** What the functions of one operand do: a loop of its own for each, so that the machine code of each is specialised. */
import { erfOf } from "./erf.ts";
import type { TensorData } from "./tensor.ts";

/** Fills `out` from `x`, which is as long. */
export type UnaryLoop = (out: TensorData, x: TensorData) => void;

export const negate: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = -x[i];
};

export const logs: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]);
};

export const log1ps: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.log1p(x[i]);
};

export const expm1s: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.expm1(x[i]);
};

export const roots: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]);
};

export const squares: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i];
};

export const sizes: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]);
};

export const signs: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.sign(x[i]);
};

export const sines: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.sin(x[i]);
};

export const cosines: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.cos(x[i]);
};

/** A choice through memory: a branch on the sign of random numbers takes five times as long. Index 0 is 0. */
export const rectified: UnaryLoop = (out, x) => {
  const choice = new Float64Array(2);
  for (let i = 0; i < x.length; i++) {
    choice[1] = x[i];
    out[i] = choice[1 - Number(x[i] < 0)];
  }
};

export const errors: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = erfOf(x[i]);
};

export const softplusses: UnaryLoop = (out, x) => {
  for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
};
