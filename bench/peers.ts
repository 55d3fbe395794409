/** What the other libraries have in common: a step of training for each network that they can train. */

/** Makes one step of training and gives the loss before it; everything is computed when it returns. */
export type Step = () => number | Promise<number>;

export const networks = ["mlp", "cnn", "lstm"] as const;
export type Network = (typeof networks)[number];

export interface Peer {
  readonly name: string;
  /** For each network a step of training, or why there is none. */
  readonly training: Readonly<Record<Network, Step | string>>;
  /** The product of two square matrices, read out. */
  product(size: number): () => void | Promise<void>;
}

/** The text that the recurrent network reads: 16 pieces of 32 characters, out of 89. */
export const text: readonly (readonly number[])[] = Array.from({ length: 16 }, (_, i) =>
  Array.from({ length: 32 }, (__, t) => (7 * i + t) % 89),
);

/** `count` labels that go through all classes. */
export function classes(count: number, of: number): number[] {
  return Array.from({ length: count }, (_, i) => i % of);
}

/** The step, if it can be made and the loss goes down; else why not. */
export async function checked(step: Step): Promise<Step | string> {
  try {
    const first = await step();
    for (let i = 0; i < 4; i++) await step();
    const last = await step();
    return last < first ? step : `the loss goes from ${first} to ${last}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
