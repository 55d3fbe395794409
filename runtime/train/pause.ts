/** Lets other work in, now and then. */

/** For how long a run may keep everything else waiting, in milliseconds. */
const longest = 15;

/** A function that waits for the event loop if the last time was too long ago. */
export function createPause(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longest) return;
    await new Promise<void>((resolve) => soon(resolve));
    last = performance.now();
  };
}

/** Node has a way without delay; a page's timers wait at least for 4 ms, which is little beside `longest`. */
function soon(resolve: () => void): void {
  const { setImmediate } = globalThis as { readonly setImmediate?: (callback: () => void) => void };
  if (setImmediate) setImmediate(resolve);
  else setTimeout(resolve, 0);
}
