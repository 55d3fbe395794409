import { plugin } from "./plugin.ts";

/** The plug-in for Vite. */
export default plugin.vite;
