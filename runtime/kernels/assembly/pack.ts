/**
 * Packs `count` lines (rows of a, columns of b) of `depth` elements into panels of `width` lines: a panel holds the
 * first element of each of its lines, then the second of each, and so on. The last panel is filled up with zeros.
 * `line` and `step` are the distances, in elements, between lines and within one.
 */
export function pack<T extends number>(
  from: usize,
  to: usize,
  count: usize,
  depth: usize,
  line: usize,
  step: usize,
  width: usize,
): void {
  const panelBytes = width * depth * sizeof<T>();
  for (let first: usize = 0; first < count; first += width) {
    const source = from + first * line * sizeof<T>();
    if (first + width > count) packPart<T>(source, to, count - first, depth, line, step, width);
    else if (line == 1) packAdjacent(source, to, depth, step * sizeof<T>(), width * sizeof<T>());
    else packFour<T>(source, to, depth, line, step, width);
    to += panelBytes;
  }
}

/** Lines side by side: `width` elements at a time (of `bytes` bytes, a multiple of 16). */
function packAdjacent(from: usize, to: usize, depth: usize, step: usize, bytes: usize): void {
  for (const end = to + depth * bytes; to < end; to += bytes) {
    v128.store(to, v128.load(from));
    if (bytes == 32) v128.store(to, v128.load(from, 16), 16);
    from += step;
  }
}

/** Four lines at a time, each read in its own direction. */
function packFour<T extends number>(from: usize, to: usize, depth: usize, line: usize, step: usize, width: usize): void {
  const lineBytes = line * sizeof<T>();
  const stepBytes = step * sizeof<T>();
  const widthBytes = width * sizeof<T>();
  const squares = sizeof<T>() == 4 && step == 1 ? depth & ~3 : <usize>0;
  for (let offset: usize = 0; offset < width; offset += 4) {
    let source = from + offset * lineBytes;
    let target = to + offset * sizeof<T>();
    const end = target + depth * widthBytes;
    packSquares(source, target, squares, lineBytes, widthBytes);
    source += squares * stepBytes;
    for (target += squares * widthBytes; target < end; target += widthBytes) {
      store<T>(target, load<T>(source));
      store<T>(target, load<T>(source + lineBytes), sizeof<T>());
      store<T>(target, load<T>(source + 2 * lineBytes), 2 * sizeof<T>());
      store<T>(target, load<T>(source + 3 * lineBytes), 3 * sizeof<T>());
      source += stepBytes;
    }
  }
}

/** Four lines of numbers side by side in single precision, four of each at a time: squares, of which rows become columns. */
function packSquares(from: usize, to: usize, depth: usize, line: usize, width: usize): void {
  for (const end = to + depth * width; to < end; to += 4 * width) {
    const row0 = v128.load(from);
    const row1 = v128.load(from + line);
    const row2 = v128.load(from + 2 * line);
    const row3 = v128.load(from + 3 * line);
    const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(to + width, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(to + 2 * width, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(to + 3 * width, v128.shuffle<f64>(high01, high23, 1, 3));
    from += 16;
  }
}

/** The last panel, which has fewer lines than it is wide. */
function packPart<T extends number>(
  from: usize,
  to: usize,
  count: usize,
  depth: usize,
  line: usize,
  step: usize,
  width: usize,
): void {
  for (let p: usize = 0; p < depth; p++) {
    for (let i: usize = 0; i < width; i++) {
      store<T>(to, i < count ? load<T>(from + (i * line + p * step) * sizeof<T>()) : <T>0);
      to += sizeof<T>();
    }
  }
}
