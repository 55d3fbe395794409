import type * as ir from "../ir/ir.ts";
import type { Writer } from "./writer.ts";

const width = 120;
const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"];

/** What a derived function is, of what, and where that is; nothing for the user's own functions. */
export function docComment(writer: Writer): string {
  const { derivation } = writer.fn;
  if (!derivation) return "";
  const text = `${sentence(derivation, writer)}${ancestry(derivation, writer)}.`;
  const line = `/** ${text} */`;
  if (line.length <= width) return `${line}\n`;
  return `/**\n${wrap(text)
    .map((part) => ` * ${part}\n`)
    .join("")} */\n`;
}

function sentence(derivation: ir.Derivation, writer: Writer): string {
  const of = link(derivation.of, writer);
  const wrt = listed(derivation.wrt);
  switch (derivation.mode) {
    case "gradient":
      return `Gradient of ${of} with respect to ${wrt}`;
    case "valueAndGradient":
      return `Value of ${of} and its gradient with respect to ${wrt}`;
    case "pullback": {
      const seed = writer.fn.parameters.at(-1);
      return `${seed ? `\`${writer.name(seed)}\` times the gradient` : "Gradient"} of ${of} with respect to ${wrt}`;
    }
    case "vjp": {
      const seed = listed(writer.fn.parameters.slice(-1).map(writer.name));
      return `Value of ${of} and its pullback: ${seed} times the gradient with respect to ${wrt}, however often it is called`;
    }
    case "jvp":
    case "tangent":
      return `Value of ${of} and its directional derivative ${directions(derivation, writer)}`;
    case "jacobian":
      return `Jacobian of ${of} with respect to ${wrt}`;
    case "hessian":
      return `Hessian of ${of} with respect to ${wrt}`;
    case "hvp":
      return `Product of the Hessian of ${of} in ${wrt} with ${listed(writer.fn.parameters.slice(-1).map(writer.name))}`;
    case "forward": {
      const tapes = tapeNames(writer);
      return tapes.length > 0
        ? `${of}, recording what its derivative needs in ${listed(tapes)}`
        : `${of}: the forward half of its derivative`;
    }
    case "transpose":
      return `Transpose of the rule of ${of} with respect to ${wrt}`;
    case "backward":
      return backwardSentence(of, derivation, writer);
  }
}

function tapeNames({ fn, name }: Writer): string[] {
  return fn.parameters.filter(isTape).map(name);
}

function isTape({ role, type }: ir.Variable): boolean {
  return role === "tape" || type.kind === "tape";
}

/** `along kDot in k`: the tangents are the parameters that the primal does not have. */
function directions(derivation: ir.Derivation, { fn, name }: Writer): string {
  const tangents = fn.parameters.filter((parameter) => !isTape(parameter)).slice(-derivation.wrt.length);
  return `along ${joined(derivation.wrt.map((parameter, i) => `\`${name(tangents[i])}\` in \`${parameter}\``))}`;
}

/** Shadows that are parameters are added to; the adjoints of numbers are returned. */
function backwardSentence(of: string, { wrt }: ir.Derivation, { fn, program, name }: Writer): string {
  const primal = program.functions.get(fn.derivation?.of ?? "");
  const further = fn.parameters.slice(countOf(primal?.parameters ?? [], fn)).filter((p) => !isTape(p));
  const shadows = further.filter(({ shadowOf }) => shadowOf);
  const seeds = further.filter((parameter) => !shadows.includes(parameter));
  const added = shadows.map(({ shadowOf }) => shadowOf?.name ?? "").filter((parameter) => wrt.includes(parameter));
  const returned = wrt.filter((parameter) => !added.includes(parameter));
  const factor = seeds.length > 0 ? `${listed(seeds.map(name))} times ` : "";
  if (added.length === 0) return `Returns ${factor}the gradient of ${of} with respect to ${listed(returned)}`;
  const rest = returned.length > 0 ? `, and returns that with respect to ${listed(returned)}` : "";
  return `Adds ${factor}the gradient of ${of} with respect to ${listed(added)} to ${listed(shadows.map(name))}${rest}`;
}

/** How many of the first parameters are those of the primal, of which some may be left out. */
function countOf(primal: readonly ir.Variable[], { parameters }: ir.FunctionIR): number {
  let count = 0;
  for (const { name, role } of primal) if (parameters[count]?.name === name && parameters[count].role === role) count++;
  return count;
}

/** `{@link f} (file.ts:1)`; what is itself derived has no place of its own. */
function link(key: string, { program, nameOf, fn }: Writer): string {
  const primal = program.functions.get(key);
  const name = `{@link ${nameOf(key)}}`;
  if (primal?.derivation) return name;
  const { file, line } = primal?.origin ?? fn.origin;
  return `${name} (${file.replace(/^.*[\\/]/, "")}:${line})`;
}

/** `: second derivative of {@link f} (file.ts:1)`, where what is differentiated is a derivative. */
function ancestry(derivation: ir.Derivation, writer: Writer): string {
  const functions = writer.program.functions;
  let order = derivation.mode === "transpose" ? 0 : 1;
  let key = derivation.of;
  for (let next = functions.get(key); next?.derivation; next = functions.get(key)) {
    order += orderOf(next.derivation.mode);
    key = next.derivation.of;
  }
  if (order <= 1) return "";
  return `: ${ordinals.at(order - 1) ?? `${order}th`} derivative of ${link(key, writer)}`;
}

/** How often what a derivation gives differentiates. */
function orderOf(mode: ir.Derivation["mode"]): number {
  if (mode === "transpose") return 0;
  return mode === "hessian" || mode === "hvp" ? 2 : 1;
}

function listed(names: readonly string[]): string {
  return joined(names.map((name) => `\`${name}\``));
}

function joined(parts: readonly string[]): string {
  return parts.length <= 1 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && ` * ${line} ${word}`.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}
