/** What generated code imports from `cotangent/runtime`. */
export { createTape, grow, pop, push, type Tape } from "./tape.ts";
export { addEach, addInto, cloneAliased, zerosLike, type Zeros } from "./nested.ts";
