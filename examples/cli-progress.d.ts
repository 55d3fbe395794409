/** The part of `cli-progress` that the examples use; the package has no types of its own. */
declare module "cli-progress" {
  export class SingleBar {
    constructor(options: { format: string; hideCursor?: boolean; stopOnComplete?: boolean });
    start(total: number, startValue: number, payload?: Record<string, string>): void;
    update(value: number, payload?: Record<string, string>): void;
    setTotal(total: number): void;
    stop(): void;
  }
  const progress: { SingleBar: typeof SingleBar };
  export default progress;
}
