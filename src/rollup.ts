/** The plug-in for rollup. */
import { cotangent } from "./plugin.ts";

export default cotangent.rollup;
