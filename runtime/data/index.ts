/** Data to train on, and files of tensors as bytes. */
export { batches, type Batch, type Batches } from "./batches.ts";
export { dataset, loadedDataset, type BatchOptions, type Dataset } from "./dataset.ts";
export type { Column, Columns, RowOf, RowsOf } from "./columns.ts";
export { stackRecords, type Stacked } from "./stack.ts";
export { decodeSafetensors, encodeSafetensors, type NamedTensors, type TensorFile } from "./safetensors.ts";
export { decodeState, encodeState } from "./state.ts";
export { fitNames, namedTensors, treeOfNames } from "./names.ts";
