/** Which statement called the runtime. */

/**
 * The frame of a stack that called the runtime, `loss (file:///model.ts:12:7)`: the first one outside the folder of its
 * first frame, which must be a function at the top of this folder. In a bundle, where the runtime has no folder of its
 * own, it is the one below the first `own` frames.
 */
export function callerOf(stack: string, own: number): string | undefined {
  const frames = stack.split("\n").flatMap((line) => frameOf(line) ?? []);
  if (frames.length === 0) return undefined;
  const home = frames[0].file.replace(/[^/\\]*$/, "");
  return (frames.find(({ file }) => !file.startsWith(home)) ?? frames.at(own))?.text;
}

interface Frame {
  readonly text: string;
  readonly file: string;
}

/** One line of a stack: V8 writes `    at name (file:1:2)` or `    at file:1:2`, the others `name@file:1:2`. */
function frameOf(line: string): Frame | undefined {
  const [, text, file] = /^\s+at ((?:.* \()?(.*?):\d+:\d+\)?)$/.exec(line) ?? /^([^@]*@(.*):\d+:\d+)$/.exec(line) ?? [];
  return file === undefined ? undefined : { text, file: file.replace(/^file:\/\//, "") };
}
