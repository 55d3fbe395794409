import { plugin } from "./plugin.ts";

/** The plug-in for Rolldown. */
export default plugin.rolldown;
