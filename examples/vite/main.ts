import { grad } from "cotangent";
import { wave } from "./wave.ts";

const dWave = grad(wave);

const FROM = -Math.PI;
const TO = 3 * Math.PI;
const POINTS = 481;
const HEIGHT_UNITS = 11;

const plot = find("plot");
const slider = find("terms") as HTMLInputElement;
slider.addEventListener("input", draw);
draw();

function draw(): void {
  const terms = slider.valueAsNumber;
  find("count").textContent = String(terms);
  plot.innerHTML =
    line("axis", () => 0) + line("primal", (x) => wave(x, terms)) + line("derivative", (x) => dWave(x, terms));
  find("check").textContent = `Largest difference from central differences: ${largestError(terms).toExponential(1)}`;
}

/** A polyline through `f` at evenly spaced points. */
function line(name: string, f: (x: number) => number): string {
  const points = samples().map((x) => {
    const across = ((x - FROM) / (TO - FROM)) * 720;
    const down = 200 - (f(x) / HEIGHT_UNITS) * 400;
    return `${across.toFixed(2)},${down.toFixed(2)}`;
  });
  return `<polyline class="${name}" points="${points.join(" ")}" />`;
}

/** How far the generated derivative is from central differences (which are inexact at 0, where the slope has a kink). */
function largestError(terms: number): number {
  const step = 1e-5;
  const difference = (x: number) => (wave(x + step, terms) - wave(x - step, terms)) / (2 * step);
  const away = samples().filter((x) => Math.abs(x) > step);
  return Math.max(...away.map((x) => Math.abs(dWave(x, terms) - difference(x))));
}

function samples(): number[] {
  return Array.from({ length: POINTS }, (_, index) => FROM + ((TO - FROM) * index) / (POINTS - 1));
}

function find(id: string): Element {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element "${id}"`);
  return element;
}
