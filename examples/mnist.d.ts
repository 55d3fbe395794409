/** The package `mnist`: 10,000 handwritten digits, each of 28 × 28 numbers from 0 to 1. */
declare module "mnist" {
  /** For each of the ten digits all its images, one after the other. */
  const digits: readonly { readonly raw: readonly number[] }[];
  export default digits;
}
