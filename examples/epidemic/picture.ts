import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Draws the observations as points and the fitted course as a line, and returns the SVG text. */
export async function draw(observed: readonly number[], curve: readonly { day: number; inBed: number }[], title: string) {
  const axes = {
    x: { field: "day", type: "quantitative", title: "day", scale: { domain: [1, observed.length] } },
    y: { field: "inBed", type: "quantitative", title: "pupils in bed" },
  } as const;
  const spec: TopLevelSpec = {
    width: 560,
    height: 320,
    background: "white",
    title,
    layer: [
      { data: { values: [...curve] }, mark: { type: "line", color: "#1f6feb" }, encoding: axes },
      {
        data: { values: observed.map((inBed, index) => ({ day: index + 1, inBed })) },
        mark: { type: "point", filled: true, size: 60, color: "#d1242f" },
        encoding: axes,
      },
    ],
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  return await view.toSVG();
}
