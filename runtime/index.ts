/** What generated code imports from `cotangent/runtime`. */
export { createTape, grow, pop, push, type Tape } from "./tape.ts";
export { addInto, cloneAliased, zerosLike, type Zeros } from "./nested.ts";
export type { Tensor } from "./tensor/tensor.ts";
export { numberOf, plus, tensorOf, zero, zerosOf } from "./tensor/adjoint.ts";
export { pastTheEnd } from "./bounds.ts";
export { reuseBuffers } from "./reuse-buffers.ts";
