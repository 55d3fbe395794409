/** Where the windows of convolutions and pooling lie, along one axis. */

export type PerAxis = number | readonly number[];

/** What users say of windows. */
export interface WindowOptions {
  readonly window?: PerAxis;
  readonly stride?: PerAxis;
  readonly padding?: "same" | "valid" | PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}

/** The same with a number for each axis. */
export interface WindowSizes {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly isSame: boolean;
  readonly groups: number;
}

/** Window `i` has its element `j` at `i * stride + j * dilation - before`. */
export interface Windows {
  readonly count: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

function perAxis(value: PerAxis): readonly number[] {
  return typeof value === "number" ? [value, value] : value;
}

export function windowOf(options: WindowOptions, usualStride: PerAxis): WindowSizes {
  const { padding = 0 } = options;
  return {
    window: perAxis(options.window ?? 1),
    stride: perAxis(options.stride ?? usualStride),
    dilation: perAxis(options.dilation ?? 1),
    padding: perAxis(typeof padding === "string" ? 0 : padding),
    isSame: padding === "same",
    groups: options.groups ?? 1,
  };
}

/** The windows of some length on an axis. */
export function windowsOn(axis: number, input: number, window: number, sizes: WindowSizes): Windows {
  const stride = sizes.stride[axis];
  const dilation = sizes.dilation[axis];
  const span = dilation * (window - 1) + 1;
  if (sizes.isSame) {
    const count = Math.ceil(input / stride);
    const missing = Math.max(0, (count - 1) * stride + span - input);
    return { count, stride, dilation, before: Math.floor(missing / 2) };
  }
  const before = sizes.padding[axis];
  return { count: Math.floor((input + 2 * before - span) / stride) + 1, stride, dilation, before };
}
