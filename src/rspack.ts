/** The plug-in for rspack. */
import { cotangent } from "./plugin.ts";

export default cotangent.rspack;
