/** What the messages say. */
import { expect, it } from "vitest";
import * as t from "../../../runtime/tensor/index.ts";
import { randomTensor as random } from "./check.ts";

const x = random([2, 3]);

it.each<[() => unknown, string]>([
  [
    () => t.add(x, random([4])),
    "add: shapes [2, 3] and [4] do not fit (aligned at their last axes, lengths must be equal or 1)",
  ],
  [
    () => t.greater(random([0]), x),
    "greater: shapes [0] and [2, 3] do not fit (aligned at their last axes, lengths must be equal or 1)",
  ],
  [
    () => t.where(random([4]), x, 0),
    "where: shapes [4], [2, 3] and [] do not fit (aligned at their last axes, lengths must be equal or 1)",
  ],
  [() => t.mul(x, t.tensor([1, 2, 3])), "mul: f64 [2, 3] and f32 [3] differ in precision: convert one with cast"],
  [() => t.broadcastTo(x, [3, 2]), "broadcastTo: shape [2, 3] does not fit into [3, 2]"],
  [() => t.sumTo(x, random([2])), "sumTo: shape [2, 3] is not what [2] is broadcast to"],
  [() => t.sum(x, 2), "sum: axis 2 of shape [2, 3] does not exist (at least -2 and less than 2)"],
  [() => t.sum(t.tensor(1), 0), "sum: axis 0 of shape [] does not exist (there is none)"],
  [() => t.mean(x, [1, -1]), "mean: axis -1 of shape [2, 3] is named twice"],
  [() => t.max(random([2, 0]), 1), "max: nothing to take it of along the axes of length 0 of shape [2, 0]"],
  [() => t.min(random([0]), 0, true), "min: nothing to take it of along the axes of length 0 of shape [0]"],
  [() => t.argMax(random([2, 0]), 1), "argMax: axis 1 of shape [2, 0] has length 0"],
  [() => t.reshape(x, [4, -1]), "reshape: the 6 numbers of shape [2, 3] do not fill [4, -1]"],
  [() => t.reshape(x, [5]), "reshape: the 6 numbers of shape [2, 3] do not fill [5]"],
  [() => t.reshape(random([0]), [0, -1]), "reshape: the 0 numbers of shape [0] do not fill [0, -1]"],
  [() => t.reshape(x, [-1, -1]), "reshape: [-1] is not a shape (integers of at least 0)"],
  [() => t.transpose(x, [0, 0]), "transpose: axis 0 of shape [2, 3] is named twice"],
  [() => t.transpose(x, [0]), "transpose: [0] does not say where each axis of shape [2, 3] goes"],
  [() => t.squeeze(x, 0), "squeeze: axis 0 of shape [2, 3] has length 2, not 1"],
  [() => t.expandDims(x, 3), "expandDims: axis 3 of shape [2, 3] does not exist (at least -3 and less than 3)"],
  [() => t.slice(x, [0], [1], [0]), "slice: step 0 of axis 0 of shape [2, 3] is not an integer of at least 1"],
  [() => t.slice(x, [0.5], [1]), "slice: position 0.5 is not an integer"],
  [() => t.slice(x, [0, 0, 0], []), "slice: [0, 0, 0] has more entries than shape [2, 3] has axes"],
  [() => t.pad(x, [1], [1, 1]), "pad: [1] has no integer of at least 0 for each axis of shape [2, 3]"],
  [() => t.concat([], 0), "concat: there are no tensors"],
  [() => t.concat([x, random([3, 2])], 0), "concat: shapes [2, 3] and [3, 2] do not fit (all axes but 0 must agree)"],
  [() => t.stack([x, random([3])], 0), "stack: shapes [2, 3] and [3] are not the same"],
  [() => t.stack([t.scalar(1), t.tensor(1)], 0), "stack: f64 [] and f32 [] differ in precision: convert one with cast"],
  [() => t.split(x, [1, 1], 1), "split: lengths [1, 1] do not add up to axis 1 of shape [2, 3]"],
  [() => t.pick(x, 2, 0), "pick: axis 0 of shape [2, 3] does not have 1 from 2 on"],
  [() => t.item(x), "item: a tensor of shape [2, 3] has 6 numbers, not one"],
  [() => t.tensor([[1, 2], [3]]), "tensor: values[1] has length 1, not 2 as the first one there"],
  [() => t.tensor([[1], 2]), "tensor: values[1] is a number in nested arrays of shape [2, 1]"],
  [() => t.tensor([1, [2]]), "tensor: values[1] is an array in nested arrays of shape [2]"],
  [() => t.tensor([1, 2, 3], { shape: [2] }), "tensor: 3 numbers do not fill shape [2]"],
  [() => t.fill([-1], 0), "fill: [-1] is not a shape (integers of at least 0)"],
  [() => t.arange(0, 1, 0), "arange: from 0 to 1 in steps of 0 is no finite list"],
])("%s", (f, message) => {
  expect(f).toThrow(new RegExp(`^${message.replaceAll(/[[\]().?+*]/g, "\\$&")}$`));
});

it("max and min of nothing are fine where nothing is asked for", () => {
  expect(t.max(random([0, 3]), 1).shape).toEqual([0]);
  expect(t.max(random([0, 0]), 1).shape).toEqual([0]);
  expect(t.argMax(random([0, 3]), 1).shape).toEqual([0]);
});
