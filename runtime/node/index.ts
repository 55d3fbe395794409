/** What users import from `cotangent/nn/node`: what needs a file system or a terminal. */
export { checkpoints, type CheckpointsOptions } from "./checkpoints.ts";
export { saveHistory, savePlot } from "./history.ts";
export { loadNpy, saveNpy } from "./npy.ts";
export { progressBar, type Output } from "./progress.ts";
export { loadTensors, saveTensors, type LoadOptions } from "./tensors.ts";
