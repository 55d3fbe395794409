import { plugin } from "./plugin.ts";

/** The plug-in for Esbuild. */
export default plugin.esbuild;
