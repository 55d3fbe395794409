/** What generated code imports from `cotangent/runtime`. */
export { createTape, grow, pop, push, type Tape } from "./tape.ts";
export { addInto, cloneAliased, zerosLike, type Zeros } from "./nested.ts";
export { pastTheEnd } from "./bounds.ts";
