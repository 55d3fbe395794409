/** What must hold of shadows at any moment of a derivative. */
import { Tensor } from "../../runtime/tensor/tensor.ts";
import { isReference } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import type { Environment } from "./store.ts";

/** Equal references have equal shadows, of equal shape and length; different ones have different shadows. */
export function shadowErrors(environment: Environment, mirror: (variable: ir.Variable) => ir.Variable): string[] {
  const shadows = new Map<object, object>();
  const owners = new Map<object, object>();
  const errors: string[] = [];
  const pair = (value: unknown, shadow: unknown, name: string): void => {
    if (!isObject(value) || !isObject(shadow) || value instanceof Tensor) return;
    const [known, owner] = [shadows.get(value), owners.get(shadow)];
    if (known === shadow) return;
    if (known !== undefined) errors.push(`${name} has two shadows`);
    if (owner !== undefined && owner !== value) errors.push(`the shadow of ${name} is that of another object too`);
    shadows.set(value, shadow);
    owners.set(shadow, value);
    if ("length" in value && "length" in shadow && value.length !== shadow.length)
      errors.push(`${name} and its shadow have different lengths`);
    for (const [key, inner] of Object.entries(value))
      pair(inner, (shadow as Record<string, unknown>)[key], `${name}.${key}`);
  };
  for (const [variable, shadow] of environment) {
    const of = variable.shadowOf;
    if (!of || !isReference(of.type)) continue;
    const primal = environment.has(mirror(of)) ? mirror(of) : of;
    if (environment.has(primal)) pair(environment.get(primal), shadow, of.name);
  }
  return errors;
}

/** The name of a shadow in which a number is not zero. */
export function nonzeroShadow(environment: Environment): string | undefined {
  const seen = new Set<object>();
  const isZero = (value: unknown): boolean => {
    if (typeof value === "number") return value === 0;
    if (!isObject(value) || seen.has(value)) return true;
    seen.add(value);
    if (value instanceof Tensor) return value.data.every((number) => number === 0);
    return Object.values(value).every(isZero);
  };
  for (const [variable, value] of environment) {
    if ((variable.shadowOf || variable.role === "shadow") && variable.type.kind !== "tape" && !isZero(value))
      return variable.name;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
