/** Which statement called the runtime. */

/** How many statements of callers are told: enough to see in which part of a network something happened. */
const mostCallers = 4;

/**
 * Who called the runtime, as it is written below a message: the function of the library that the user called, if it is
 * not the one that tells, and the user's statements that led there, the last one first.
 *
 * ```
 *     in layerNorm
 *     at encoder (file:///model.ts:12:7)
 *     at loss (file:///model.ts:20:3)
 * ```
 *
 * The user's are the first frames outside the folder of the first frame, which must be a function at the top of this
 * folder. In a bundle, where the runtime has no folder of its own, they are those below the first `own` frames.
 */
export function callersOf(stack: string, own: number): string | undefined {
  const frames = stack.split("\n").flatMap((line) => frameOf(line) ?? []);
  if (frames.length === 0) return undefined;
  const home = frames[0].file.replace(/[^/\\]*$/, "");
  const isUsers = ({ file }: Frame): boolean => !file.startsWith(home);
  const first = frames.findIndex(isUsers);
  if (first < 0) return frames.length > own ? written(undefined, frames.slice(own)) : undefined;
  const layer = frames
    .slice(Math.min(own, first), first)
    .flatMap(({ name }) => name ?? [])
    .at(-1);
  const after = frames.slice(first);
  const back = after.findIndex((frame) => !isUsers(frame));
  return written(layer, back < 0 ? after : after.slice(0, back));
}

function written(layer: string | undefined, users: readonly Frame[]): string {
  const inside = layer ?? (users[0].name === undefined ? undefined : primalOf(users[0].name));
  const lines = users.slice(0, mostCallers).map(({ text }) => `    at ${text}`);
  return [...(inside === undefined ? [] : [`    in ${inside}`]), ...lines].join("\n");
}

/** `features_backward` is a derivative of `features`. */
function primalOf(name: string): string | undefined {
  return /^(.+)_(?:backward|forward|grad|valueAndGrad|vjp|jvp|tangent)(?:_\w+|\d+)?$/.exec(name)?.[1];
}

interface Frame {
  readonly text: string;
  readonly name: string | undefined;
  readonly file: string;
}

/** One line of a stack: V8 writes `    at name (file:1:2)` or `    at file:1:2`, the others `name@file:1:2`. */
function frameOf(line: string): Frame | undefined {
  const [, text, file] = /^\s+at ((?:.* \()?(.*?):\d+:\d+\)?)$/.exec(line) ?? /^([^@]*@(.*):\d+:\d+)$/.exec(line) ?? [];
  if (file === undefined) return undefined;
  const name = /^(?:async )?([\w$.]+)(?: \(|@)/.exec(text)?.[1];
  return { text, name: name?.replace(/^.*\./, ""), file: file.replace(/^file:\/\//, "") };
}
