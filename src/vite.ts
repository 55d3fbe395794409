/** The plug-in for vite. */
import { cotangent } from "./plugin.ts";

export default cotangent.vite;
