import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

export interface Point {
  readonly day: number;
  readonly inBed: number;
}

/** Draws the observations as points and the fitted course as a line, and returns the SVG text. */
export async function draw(observed: readonly Point[], curve: readonly Point[], title: string): Promise<string> {
  const x = { field: "day", type: "quantitative", title: "day" } as const;
  const y = { field: "inBed", type: "quantitative", title: "pupils in bed" } as const;
  const spec: TopLevelSpec = {
    width: 560,
    height: 320,
    background: "white",
    title,
    layer: [
      { data: { values: [...curve] }, mark: { type: "line", color: "#1f6feb" }, encoding: { x, y } },
      {
        data: { values: [...observed] },
        mark: { type: "point", filled: true, size: 60, color: "#d1242f" },
        encoding: { x, y },
      },
    ],
  };
  return await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
