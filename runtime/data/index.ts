/** Data to train on, and files of tensors as bytes. */
export { batches, type Batch, type Batches } from "./batches.ts";
export { dataset, loadedDataset, type BatchOptions, type Dataset } from "./dataset.ts";
export type { Column, Columns, RowOf, RowsOf } from "./columns.ts";
export { stackRecords, type Stacked } from "./stack.ts";
