/** The plug-in for webpack. */
import { cotangent } from "./plugin.ts";

export default cotangent.webpack;
