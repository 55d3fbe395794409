/**
 * Packs `count` lines (rows of a, columns of b) of `depth` elements into panels of `width` lines: a panel holds the
 * first element of each of its lines, then the second of each, and so on. The last panel is filled up with zeros.
 * `line` and `step` are the distances, in elements, between lines and within one; panels are `panel` bytes apart.
 */
export function pack<T extends number>(
  from: usize,
  to: usize,
  count: usize,
  depth: usize,
  line: usize,
  step: usize,
  width: usize,
  panel: usize,
): void {
  const stepBytes = step * sizeof<T>();
  const widthBytes = width * sizeof<T>();
  let first: usize = 0;
  if (line == 1 && widthBytes == 8) {
    for (; first + 8 <= count; first += 8) {
      packPairs(from + first * sizeof<T>(), to, depth, stepBytes, panel);
      to += 4 * panel;
    }
  }
  for (; first < count; first += width) {
    const source = from + first * line * sizeof<T>();
    const here = min(width, count - first);
    if (line == 1 && here == width && widthBytes >= 16) packAdjacent(source, to, depth, stepBytes, widthBytes);
    else if (here == 2 && width == 2) packTwo<T>(source, to, depth, line, step);
    else packFours<T>(source, to, here, depth, line, step, width);
    to += panel;
  }
}

/** Lines side by side: `bytes` at a time, which are 16 or 64. */
function packAdjacent(from: usize, to: usize, depth: usize, step: usize, bytes: usize): void {
  for (const end = to + depth * bytes; to < end; to += bytes) {
    v128.store(to, v128.load(from));
    if (bytes == 64) {
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    }
    from += step;
  }
}

/** Lines side by side, of which two are 8 bytes: four panels of two. */
function packPairs(from: usize, to: usize, depth: usize, step: usize, panel: usize): void {
  const to1 = to + panel;
  const to2 = to1 + panel;
  const to3 = to2 + panel;
  for (let at: usize = 0; at < depth * 8; at += 8) {
    store<u64>(to + at, load<u64>(from));
    store<u64>(to1 + at, load<u64>(from, 8));
    store<u64>(to2 + at, load<u64>(from, 16));
    store<u64>(to3 + at, load<u64>(from, 24));
    from += step;
  }
}

/** Two lines, each read in its own direction. */
function packTwo<T extends number>(from: usize, to: usize, depth: usize, line: usize, step: usize): void {
  const lineBytes = line * sizeof<T>();
  const end = to + 2 * depth * sizeof<T>();
  if (step == 1) {
    for (; to + 32 <= end; to += 32) {
      const row0 = v128.load(from);
      const row1 = v128.load(from + lineBytes);
      if (sizeof<T>() == 4) {
        v128.store(to, v128.shuffle<f32>(row0, row1, 0, 4, 1, 5));
        v128.store(to, v128.shuffle<f32>(row0, row1, 2, 6, 3, 7), 16);
      } else {
        v128.store(to, v128.shuffle<f64>(row0, row1, 0, 2));
        v128.store(to, v128.shuffle<f64>(row0, row1, 1, 3), 16);
      }
      from += 16;
    }
  }
  for (; to < end; to += 2 * sizeof<T>()) {
    store<T>(to, load<T>(from));
    store<T>(to, load<T>(from + lineBytes), sizeof<T>());
    from += step * sizeof<T>();
  }
}

/** Lines in fours, each read in its own direction, and what is left of them; zeros up to `width`. */
function packFours<T extends number>(
  from: usize,
  to: usize,
  count: usize,
  depth: usize,
  line: usize,
  step: usize,
  width: usize,
): void {
  const lineBytes = line * sizeof<T>();
  const widthBytes = width * sizeof<T>();
  const fours = count & ~3;
  for (let offset: usize = 0; offset < fours; offset += 4)
    packFour<T>(from + offset * lineBytes, to + offset * sizeof<T>(), depth, lineBytes, step * sizeof<T>(), widthBytes);
  for (let i = fours; i < width; i++) {
    const source = from + i * lineBytes;
    const target = to + i * sizeof<T>();
    for (let p: usize = 0; p < depth; p++)
      store<T>(target + p * widthBytes, i < count ? load<T>(source + p * step * sizeof<T>()) : <T>0);
  }
}

/** Four lines; distances are in bytes. */
function packFour<T extends number>(
  from: usize,
  to: usize,
  depth: usize,
  line: usize,
  step: usize,
  width: usize,
): void {
  const end = to + depth * width;
  const squares = sizeof<T>() == 4 && step == 4 ? depth & ~3 : <usize>0;
  packSquares(from, to, squares, line, width);
  from += squares * step;
  for (to += squares * width; to < end; to += width) {
    store<T>(to, load<T>(from));
    store<T>(to, load<T>(from + line), sizeof<T>());
    store<T>(to, load<T>(from + 2 * line), 2 * sizeof<T>());
    store<T>(to, load<T>(from + 3 * line), 3 * sizeof<T>());
    from += step;
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
