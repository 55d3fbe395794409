/**
 * What the functions of two operands do in one plane: a loop of its own for each, so that the machine code of each is
 * specialised.
 */
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
      out[o] = Number(x[i] === y[j]);
    }
  }
};

export const isUnequalLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Number(x[i] !== y[j]);
    }
  }
};

export const isLessLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Number(x[i] < y[j]);
    }
  }
};

export const isMoreLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Number(x[i] > y[j]);
    }
  }
};

export const isAtLeastLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Number(x[i] >= y[j]);
    }
  }
};

export const isAtMostLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      out[o] = Number(x[i] <= y[j]);
    }
  }
};

/** A weight of 0 stops infinities and NaN, too. (The choice goes through memory: see `choose`.) */
export const weightedLoop: BinaryLoop = (out, x, y, { start, rows, columns, lanes: [a, b] }) => {
  const choice = new Float64Array(2);
  for (let row = 0, o = start; row < rows; row++) {
    const end = o + columns;
    for (let i = a.start + row * a.row, j = b.start + row * b.row; o < end; o++, i += a.step, j += b.step) {
      choice[0] = x[i] * y[j];
      out[o] = choice[Number(y[j] === 0)];
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

/** Without branches: see `choose`. */
function share(a: number, b: number): number {
  const isNaNFirst = Number(Number.isNaN(a));
  const isNaNSecond = Number(Number.isNaN(b));
  return Number(a > b) + 0.5 * Number(a === b) + isNaNFirst * (1 - 0.5 * isNaNSecond);
}
