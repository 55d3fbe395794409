/** Where a run met NaN or an infinity. */
export interface NotFinitePlace<P> {
  readonly epoch: number;
  readonly step: number;
  /** Of the first parameter whose gradient is not finite: `.layers[0].w[2, 1]`. */
  readonly path?: string;
  /** Those before the step: the last good ones. */
  readonly parameters: P;
}

/** The loss, a gradient or a parameter has become NaN or infinite. The cause says in which operation, as far as that is known. */
export class NotFiniteError<P = unknown> extends Error implements NotFinitePlace<P> {
  override readonly name = "NotFiniteError";
  readonly epoch: number;
  readonly step: number;
  readonly path: string | undefined;
  readonly parameters: P;

  constructor(what: string, place: NotFinitePlace<P>, cause?: unknown) {
    const reason = cause instanceof Error ? `\n${cause.message}` : "";
    super(`epoch ${place.epoch}, step ${place.step}: ${what}${reason}`, { cause });
    this.epoch = place.epoch;
    this.step = place.step;
    this.path = place.path;
    this.parameters = place.parameters;
  }
}
