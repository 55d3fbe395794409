/** Training. */
export { fit } from "./fit.ts";
export { differentiable, type ValueAndGrad } from "./differentiable.ts";
export { NotFiniteError } from "./not-finite.ts";
export type { EpochRecord, History, Steps, ValidationRecord } from "./history.ts";
export type {
  CheckpointOptions,
  CheckpointStore,
  EarlyStoppingOptions,
  EpochReport,
  FitOptimizer,
  FitOptions,
  FitReason,
  FitResult,
  Loss,
  Metric,
  Metrics,
  Progress,
  ProgressUpdate,
  Step,
  StepReport,
  ValidationOptions,
} from "./options.ts";
