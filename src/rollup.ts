import { plugin } from "./plugin.ts";

/** The plug-in for Rollup. */
export default plugin.rollup;
