import { plugin } from "./plugin.ts";

/** The plug-in for Rspack. */
export default plugin.rspack;
