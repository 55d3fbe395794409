import progress from "cli-progress";

export interface Progress {
  update(done: number, message: string): void;
  finish(): void;
}

/** A progress bar on a terminal; elsewhere one line for every `every` steps. */
export function startProgress(total: number, every = 1): Progress {
  if (!process.stdout.isTTY) {
    return {
      update: (done, message) => {
        if (done % every === 0) console.log(`${String(done).padStart(6)}  ${message}`);
      },
      finish: () => undefined,
    };
  }
  const bar = new progress.SingleBar({ format: "  {bar} {value}/{total}  {message}", hideCursor: true });
  let last = 0;
  bar.start(total, 0, { message: "" });
  return {
    update: (done, message) => {
      last = done;
      bar.update(done, { message });
    },
    finish: () => {
      bar.setTotal(last);
      bar.update(last);
      bar.stop();
    },
  };
}
