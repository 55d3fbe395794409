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
  for (let offset: usize = 0; offset < width; offset += 4) {
    let source = from + offset * lineBytes;
    let target = to + offset * sizeof<T>();
    for (const end = target + depth * widthBytes; target < end; target += widthBytes) {
      store<T>(target, load<T>(source));
      store<T>(target, load<T>(source + lineBytes), sizeof<T>());
      store<T>(target, load<T>(source + 2 * lineBytes), 2 * sizeof<T>());
      store<T>(target, load<T>(source + 3 * lineBytes), 3 * sizeof<T>());
      source += stepBytes;
    }
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
