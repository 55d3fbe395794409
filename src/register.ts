/** `node --import cotangent/register app.ts`: runs TypeScript with derivatives, on Node 20 and later. */
import { register } from "node:module";

/** Workers and nested `--import`s may load this again, from another copy of the package even. */
const registered = Symbol.for("cotangent.registered");
if (!(registered in globalThis)) {
  Object.defineProperty(globalThis, registered, { value: true });
  process.setSourceMapsEnabled(true);
  register("./register-hooks.js", import.meta.url);
}
