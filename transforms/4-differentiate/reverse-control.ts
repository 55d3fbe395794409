import { boolean, constant, copyOf, read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { reverseBlock, type Reversed } from "./reverse-block.ts";
import { declare, mirror, newFrame, type Frame, type Reversal } from "./reversal.ts";

/** The outcome of the test is a local of the block: saved like any other where the block is nested. */
export function reverseIf(reversal: Reversal, statement: ir.If, frame: Frame): Reversed {
  const { origin, test } = statement;
  const cond = variable("cond", boolean);
  declare(reversal, frame, cond);
  const then = reverseBlock(reversal, statement.then, newFrame(true));
  const otherwise = reverseBlock(reversal, statement.else, newFrame(true));
  return {
    forward: [
      { kind: "let", variable: cond, value: test, origin },
      { kind: "if", test: read(cond), then: then.forward, else: otherwise.forward, origin },
    ],
    backward: [
      {
        kind: "if",
        test: mirror(reversal, read(cond)),
        then: then.backward,
        else: otherwise.backward,
        origin,
        derived: true,
      },
    ],
  };
}

/** The bounds are evaluated again: the body does not write them, so the restored store gives the same ones. */
export function reverseFor(reversal: Reversal, loop: ir.For): Reversed {
  const counter = copyOf(loop.counter);
  reversal.mirrored.set(loop.counter, counter);
  const body = reverseBlock(reversal, loop.body, newFrame(true));
  const [lo, hi] = [mirror(reversal, loop.lo), mirror(reversal, loop.hi)];
  return {
    forward: [{ ...loop, body: body.forward }],
    backward: [{ ...loop, counter, lo, hi, descending: !loop.descending, body: body.backward, derived: true }],
  };
}

/** A loop that is not counted is reversed by a counted one, over the iterations it has finished. */
export function reverseWhile(reversal: Reversal, loop: ir.While): Reversed {
  const afterwards = reversal.mirrored.get(loop.trips);
  const total = mirror(reversal, read(loop.trips));
  const counter = variable(loop.trips.name === "trips" ? "trip" : loop.trips.name, loop.trips.type, "counter");
  reversal.mirrored.set(loop.trips, counter);
  const body = reverseBlock(reversal, loop.body, newFrame(true));
  if (afterwards) reversal.mirrored.set(loop.trips, afterwards);
  else reversal.mirrored.delete(loop.trips);
  const { origin } = loop;
  return {
    forward: [{ ...loop, body: body.forward }],
    backward: [
      {
        kind: "for",
        counter,
        lo: constant(0),
        hi: total,
        descending: true,
        body: body.backward,
        origin,
        derived: true,
      },
    ],
  };
}
