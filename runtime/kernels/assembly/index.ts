/**
 * The exports of the binary. The caller owns the memory from `base` on: it puts the operands there, gives their
 * addresses, and grows the memory first if need be. Nothing is allocated here.
 */
export { adam } from "./adam";
import { mapRows, mapValues } from "./functions";
import { multiplyRows, packColumns, packRows } from "./multiply";

export const base: usize = __heap_base;

export { tileBytes, tileRows, workBytes } from "./multiply";

export function packRows32(b: usize, packed: usize, n: usize, k: usize, first: usize, steps: usize): void {
  packRows<f32>(b, packed, n, k, first, steps);
}

export function packColumns32(b: usize, packed: usize, k: usize, first: usize, count: usize): void {
  packColumns<f32>(b, packed, k, first, count);
}

export function multiplyRows32(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  line: usize,
  step: usize,
): void {
  multiplyRows<f32>(a, b, c, work, m, n, k, line, step);
}

export function packRows64(b: usize, packed: usize, n: usize, k: usize, first: usize, steps: usize): void {
  packRows<f64>(b, packed, n, k, first, steps);
}

export function packColumns64(b: usize, packed: usize, k: usize, first: usize, count: usize): void {
  packColumns<f64>(b, packed, k, first, count);
}

export function multiplyRows64(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  line: usize,
  step: usize,
): void {
  multiplyRows<f64>(a, b, c, work, m, n, k, line, step);
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
