/** The plug-in for esbuild. */
import { cotangent } from "./plugin.ts";

export default cotangent.esbuild;
