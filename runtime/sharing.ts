/** Finds numbers that stand in two places of a tree: one object under two names, or typed arrays over the same memory. */

/** What has been met so far, with its place. */
export interface Met {
  readonly objects: Map<object, string>;
  readonly views: Map<ArrayBufferLike, View[]>;
}

interface View {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

export function newMet(): Met {
  return { objects: new Map(), views: new Map() };
}

/** The place where (a part of) `value` was met before; otherwise remembers it. */
export function metBefore({ objects, views }: Met, value: object, path: string): string | undefined {
  const before = objects.get(value);
  if (before !== undefined) return before;
  objects.set(value, path);
  if (!(value instanceof Float64Array || value instanceof Float32Array)) return undefined;
  const start = value.byteOffset;
  const end = start + value.byteLength;
  const beside = views.get(value.buffer) ?? [];
  const overlapping = beside.find((view) => view.start < end && start < view.end);
  views.set(value.buffer, [...beside, { start, end, path }]);
  return overlapping?.path;
}

/** Takes back that `value` was met. */
export function forget({ objects, views }: Met, value: object): void {
  const path = objects.get(value);
  objects.delete(value);
  if (!(value instanceof Float64Array || value instanceof Float32Array)) return;
  const others = views.get(value.buffer)?.filter((view) => view.path !== path);
  views.set(value.buffer, others ?? []);
}
