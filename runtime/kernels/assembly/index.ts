/**
 * The exports of the binary. The caller owns the memory from `base` on: it puts the operands there, gives their
 * addresses, and grows the memory first if need be. Nothing is allocated here.
 */
export { adam } from "./adam";
import { mapRows, mapValues } from "./functions";
import { multiply, resultBytes, workBytes } from "./multiply";

export const base: usize = __heap_base;

export function resultBytes32(m: f64, n: f64): f64 {
  return resultBytes<f32>(m, n);
}

export function resultBytes64(m: f64, n: f64): f64 {
  return resultBytes<f64>(m, n);
}

export function workBytes32(n: f64): f64 {
  return workBytes<f32>(n);
}

export function workBytes64(n: f64): f64 {
  return workBytes<f64>(n);
}

export function multiply32(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
): void {
  multiply<f32>(a, b, c, work, m, n, k, transposeA, transposeB);
}

export function multiply64(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
): void {
  multiply<f64>(a, b, c, work, m, n, k, transposeA, transposeB);
}

export function mapValues32(x: usize, out: usize, length: usize, f: i32): void {
  mapValues<f32>(x, out, length, f);
}

export function mapValues64(x: usize, out: usize, length: usize, f: i32): void {
  mapValues<f64>(x, out, length, f);
}

export function mapRows32(x: usize, bias: usize, out: usize, rows: usize, columns: usize, f: i32): void {
  mapRows<f32>(x, bias, out, rows, columns, f);
}

export function mapRows64(x: usize, bias: usize, out: usize, rows: usize, columns: usize, f: i32): void {
  mapRows<f64>(x, bias, out, rows, columns, f);
}
