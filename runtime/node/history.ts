/** What is known of a run, as files. */
import type { EpochRecord, History } from "../train/history.ts";
import { optional } from "./optional.ts";
import { writeWhole } from "./write-file.ts";

/** Saves a history as JSON. NaN and infinities, which only metrics can be, become `null`. */
export async function saveHistory(path: string, history: History): Promise<void> {
  await writeWhole(path, `${JSON.stringify(history)}\n`);
}

/** One point of a curve. */
interface Point {
  readonly step: number;
  readonly value: number;
  /** What is drawn, and which data it is of. */
  readonly quantity: string;
  readonly data: string;
}

/**
 * Draws the loss and the metrics over the steps, one picture below the other, into an SVG file. Needs the packages
 * `vega` and `vega-lite`, and throws an Error that says so.
 */
export async function savePlot(path: string, history: History): Promise<void> {
  const vega = await optional<Vega>("vega", "savePlot", "vega vega-lite");
  const lite = await optional<VegaLite>("vega-lite", "savePlot", "vega vega-lite");
  const view = new vega.View(vega.parse(lite.compile(pictureOf(history)).spec), { renderer: "none" });
  await writeWhole(path, await view.toSVG());
}

/** The parts of the packages that are used. */
interface Vega {
  parse(spec: unknown): unknown;
  readonly View: new (runtime: unknown, options: { readonly renderer: "none" }) => { toSVG(): Promise<string> };
}

interface VegaLite {
  compile(spec: unknown): { readonly spec: unknown };
}

function pictureOf(history: History): unknown {
  const points = pointsOf(history).filter(({ value }) => Number.isFinite(value));
  const quantities = [...new Set(points.map(({ quantity }) => quantity))];
  return {
    background: "white",
    vconcat: quantities.map((quantity) => ({
      width: 560,
      height: 220,
      data: { values: points.filter((point) => point.quantity === quantity) },
      mark: { type: "line", point: points.length < 200 },
      encoding: {
        x: { field: "step", type: "quantitative", title: "steps" },
        y: { field: "value", type: "quantitative", title: quantity, scale: { zero: false } },
        color: { field: "data", type: "nominal", title: null },
      },
    })),
  };
}

function pointsOf({ epochs, validations }: History): Point[] {
  const of = (data: string, { step, loss, metrics }: Omit<EpochRecord, "rate" | "seconds">): Point[] =>
    Object.entries({ loss, ...metrics }).map(([quantity, value]) => ({ step, value, quantity, data }));
  return [
    ...epochs.flatMap((record) => of("training", record)),
    ...validations.flatMap((record) => of("validation", record)),
  ];
}
