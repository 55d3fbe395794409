/** The plug-in for rolldown. */
import { cotangent } from "./plugin.ts";

export default cotangent.rolldown;
