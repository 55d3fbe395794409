/** The part of the WebAssembly interface that the kernels use; the library of the compiler's target has none. */

export interface Host {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<object>;
  instantiate(module: object): Promise<{ readonly exports: object }>;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** WebAssembly of this host, or undefined. */
export function hostOf(scope: object): Host | undefined {
  return (scope as { readonly WebAssembly?: Host }).WebAssembly;
}
