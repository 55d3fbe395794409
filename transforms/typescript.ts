/** The one file that imports TypeScript: everything else takes it from here, so that nodes of two versions never meet. */
export { getLibFiles as libFiles } from "@ts-morph/common";
export { ts } from "ts-morph";
