/** What the functions of two operands do in one plane: a loop of its own for each, so that the machine code of each is specialised. */
import type { BinaryLoop } from "./broadcast.ts";

export const addLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] + y[j];
    }
  }
};

export const subtractLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] - y[j];
    }
  }
};

export const multiplyLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] * y[j];
    }
  }
};

export const divideLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] / y[j];
    }
  }
};

export const largerLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Math.max(x[i], y[j]);
    }
  }
};

export const smallerLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Math.min(x[i], y[j]);
    }
  }
};

export const isEqualLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] === y[j] ? 1 : 0;
    }
  }
};

export const isUnequalLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] === y[j] ? 0 : 1;
    }
  }
};

export const isLessLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] < y[j] ? 1 : 0;
    }
  }
};

export const isMoreLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] > y[j] ? 1 : 0;
    }
  }
};

export const isAtLeastLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] >= y[j] ? 1 : 0;
    }
  }
};

export const isAtMostLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = x[i] <= y[j] ? 1 : 0;
    }
  }
};

/** A weight of 0 stops infinities and NaN, too. */
export const weightedLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = y[j] === 0 ? 0 : x[i] * y[j];
    }
  }
};

/** How much of the larger is the first: half of it where both are equal. A NaN counts as the larger. */
export const shareOfLargerLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = share(x[i], y[j]);
    }
  }
};

/** The same of the smaller, where a NaN counts as the smaller. */
export const shareOfSmallerLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = share(-x[i], -y[j]);
    }
  }
};

function share(a: number, b: number): number {
  if (a > b) return 1;
  if (a < b) return 0;
  if (a === b) return 0.5;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0.5 : 1) : 0;
}
