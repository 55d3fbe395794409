/** Every diagnostic of the compiler: the shape, and one function for each code. */
export * from "./diagnostics/diagnostic.ts";
export * from "./diagnostics/catalog.ts";
