/** The one file that imports TypeScript: everything else takes it from here, so that nodes of two versions never meet. */
export { ts } from "ts-morph";
