import type * as ir from "./ir/ir.ts";
import type { Request } from "./derive.ts";

/** Whether the request is for what the mode gives without options. */
export function hasDefaultWrt({ mode, wrt, wrtIsTuple }: Request): boolean {
  return wrt === undefined || (mode !== "jvp" && !wrtIsTuple && wrt.length === 1 && wrt[0] === 0);
}

/** The wish for the name of a derivative: `loss_grad`, `loss_grad_w_b`. */
export function derivativeName(fn: ir.FunctionIR, request: Request): string {
  const mode = request.mode === "vjp" && !request.recorded ? "pullback" : request.mode;
  const wrt = hasDefaultWrt(request) ? [] : (request.wrt ?? []).map((i) => fn.parameters[i].name);
  // `{ wrt: 1 }` and `{ wrt: [1] }` are two derivatives: a number and a tuple of one.
  const tuple = request.wrtIsTuple && wrt.length === 1 ? ["tuple"] : [];
  return [fn.name, mode + (request.forward ? "Forward" : ""), ...wrt, ...tuple].join("_");
}
