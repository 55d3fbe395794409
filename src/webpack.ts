import { plugin } from "./plugin.ts";

/** The plug-in for Webpack. */
export default plugin.webpack;
