/** `node --import cotangent/register app.ts`: runs TypeScript with derivatives, on Node 20 and later. */
import { register } from "node:module";

process.setSourceMapsEnabled(true);
register("./register-hooks.js", import.meta.url);
